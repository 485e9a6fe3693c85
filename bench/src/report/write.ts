import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Group } from '../plan/group.ts'
import type { Measured } from '../run/results.ts'
import type { Peer } from '../servers/peer.ts'
import type { Environment } from './environment.ts'
import { plotOf } from './plots.ts'
import { tableOf } from './table.ts'

/** All that a session of measuring came to. */
export interface Results {
  readonly environment: Environment
  readonly rounds: number
  readonly groups: readonly Group[]
  readonly peers: readonly Peer[]
  readonly measured: readonly Measured[]
}

/** The results as a page of Markdown. Its plots are beside it, named after their groups. */
export function page({ environment, rounds, groups, peers, measured }: Results): string {
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`)
  const tookPart = peers.filter(({ label }) => measured.some(({ peer }) => peer === label))
  const failures = measured.flatMap(({ group, job, peer, failures: reasons }) => {
    return reasons.map(reason => `- ${group.id}, ${job.label}, ${peer}: ${reason.split('\n')[0]}`)
  })
  return [
    `# Results of ${environment.date}`,
    `${environment.machine}, ${environment.system}. ${environment.pinning}. Revision ${environment.revision}.`,
    `Versions: ${versions.join(', ')}.`,
    `Medians of ${rounds} rounds at most, the scenarios and servers taken in turn; the range is from the least to the most. Command: \`${environment.command}\`.`,
    'Processor times are parts of one core, taken from /proc while it was measured. A generator near 100 % would be the limit of its row.',
    tookPart.map(({ label, about }) => `- **${label}**: ${about}.`).join('\n'),
    ...(failures.length > 0 ? ['## Runs that gave no figure', failures.join('\n')] : []),
    ...groups.flatMap(group =>
      section(
        group,
        measured.filter(run => run.group === group),
      ),
    ),
    '',
  ].join('\n\n')
}

function section(group: Group, runs: readonly Measured[]): string[] {
  const isDrawn = plotOf(group, runs) !== null
  return [
    `## ${group.title}`,
    group.about,
    tableOf(group, runs),
    ...(isDrawn ? [`![${group.title}](${group.id}.svg)`] : []),
  ]
}

/** Writes the page, the plots and all figures of all runs to a folder named after the day. Gives its path. */
export function write(root: string, results: Results): string {
  const folder = join(root, results.environment.date)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'README.md'), page(results))
  for (const group of results.groups) {
    const svg = plotOf(
      group,
      results.measured.filter(run => run.group === group),
    )
    if (svg !== null) writeFileSync(join(folder, `${group.id}.svg`), svg)
  }
  const { environment, rounds, measured } = results
  const runs = measured.map(({ group, job, peer, outcomes, failures }) => {
    return { group: group.id, job: job.label, spec: job.spec, server: peer, outcomes, failures }
  })
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ environment, rounds, runs }, rounded, 1)}\n`)
  return folder
}

/** Six digits are more than any of it means. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
