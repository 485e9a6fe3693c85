import type { Profile } from '../run/profile.ts'
import type { TakenProfile } from '../run/take-profile.ts'

/** Parts that are shown of one profile alone: smaller ones are not worth a line. */
const LEAST_PART = 0.01

/** One profile as Markdown: what the time was for, then the functions. */
export function profileTables({ group, job, server, profiles }: TakenProfile): string {
  const tables = profiles.map(profile => `${partsTable(profile)}\n\n${functionsTable(profile)}`)
  return [`\n## ${group.title}: ${job.label}, ${server}`, ...tables].join('\n\n')
}

function partsTable({ threads, busySeconds, parts }: Profile): string {
  const shown = parts.filter(({ part }) => part >= LEAST_PART)
  return [
    `The ${threads}, busy for ${busySeconds.toFixed(1)} s from the first session on, connecting and the audit included:`,
    '',
    '| part | for what |',
    '|---:|---|',
    ...shown.map(({ what, part }) => `| ${percent(part)} | ${what} |`),
  ].join('\n')
}

function functionsTable({ lines }: Profile): string {
  const rows = lines.map(({ what, part }) => `| ${percent(part)} | \`${what}\` |`)
  return ['| part | function, its own time |', '|---:|---|', ...rows].join('\n')
}

/** Several profiles beside one another, a column for each thread or kind of threads, as Markdown; null when there are none. */
export function sharesTable(taken: readonly TakenProfile[]): string | null {
  const columns = taken.flatMap(({ group, job, server, profiles }) => {
    return profiles.map(({ threads, parts }) => {
      const whose = profiles.length > 1 ? `, ${threads}` : ''
      return { title: `${group.id}: ${job.label}; ${server}${whose}`, of: new Map(parts.map(p => [p.what, p.part])) }
    })
  })
  if (columns.length === 0) return null
  const most = (what: string) => Math.max(...columns.map(({ of }) => of.get(what) ?? 0))
  const parts = [...new Set(columns.flatMap(({ of }) => [...of.keys()]))].toSorted((a, b) => most(b) - most(a))
  const shown = parts.filter(what => most(what) >= LEAST_PART)
  const header = ['for what', ...columns.map(({ title }) => title)]
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  const rows = shown.map(what => [what, ...columns.map(({ of }) => percent(of.get(what) ?? 0))])
  return [header, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function percent(part: number): string {
  return part === 0 ? '' : `${(part * 100).toFixed(part < LEAST_PART * 10 ? 1 : 0)} %`
}
