import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../servers/spawned.ts'

/** Functions that are shown: the rest of a profile is a long tail. */
const SHOWN = 25

/** Where a process spent its time: functions by their own time, without what they called. */
export interface Profile {
  /** Seconds that it was not idle, over all its threads, from the first session on. */
  readonly busySeconds: number
  readonly lines: readonly { readonly what: string; readonly part: number }[]
}

/** What V8 writes with `--cpu-prof`. Times are in microseconds. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const US_PER_S = 1e6
const IDLE = '(idle)'
/** Where the server's work for its clients begins. */
const SESSIONS = 'packages/server/src/session/'

/** All profiles in a folder together. */
export function profileIn(folder: string): Profile {
  const files = readdirSync(folder).filter(name => name.endsWith('.cpuprofile'))
  return profileOf(files.map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile))
}

export function profileOf(profiles: readonly CpuProfile[]): Profile {
  const own = new Map<string, number>()
  for (const { nodes, samples, timeDeltas } of profiles) {
    const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]))
    // Loading and starting is before the first session.
    const first = samples.findIndex(id => nameOf.get(id)?.includes(SESSIONS))
    for (const [i, id] of samples.entries()) {
      if (i < first) continue
      const name = nameOf.get(id) ?? '(unknown)'
      own.set(name, (own.get(name) ?? 0) + (timeDeltas[i] ?? 0))
    }
  }
  own.delete(IDLE)
  const busy = [...own.values()].reduce((sum, us) => sum + us, 0)
  const sorted = [...own].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN)
  return { busySeconds: busy / US_PER_S, lines: sorted.map(([what, us]) => ({ what, part: us / busy })) }
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName === '' ? '(native)' : functionName
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  const file = path.startsWith(ROOT) ? path.slice(ROOT.length + 1) : path
  return `${functionName === '' ? '(anonymous)' : functionName} ${file}:${lineNumber + 1}`
}

/** As a Markdown table. */
export function profileTable({ busySeconds, lines }: Profile): string {
  return [
    `Own time of functions, of ${busySeconds.toFixed(1)} s that the server was busy from its first session on, connecting and the audit included:`,
    '',
    '| part | function |',
    '|---:|---|',
    ...lines.map(({ what, part }) => `| ${(part * 100).toFixed(1)} % | \`${what}\` |`),
  ].join('\n')
}
