import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Group } from '../plan/group.ts'
import type { Measured } from '../run/results.ts'
import type { TakenProfile } from '../run/take-profile.ts'
import type { Peer } from '../servers/peer.ts'
import type { Environment } from './environment.ts'
import { goalsTable } from './goals.ts'
import { plotOf } from './plots.ts'
import { sharesTable } from './profile-table.ts'
import { tableOf } from './table.ts'

/** All that a session of measuring came to. */
export interface Results {
  readonly environment: Environment
  /** Rounds that were wanted, and how long it all took so far. */
  readonly rounds: number
  readonly minutes: number
  /** Whether all was measured that was wanted: otherwise it still goes on, or was ended. */
  readonly isWhole: boolean
  readonly groups: readonly Group[]
  readonly peers: readonly Peer[]
  /** Servers that were not measured, and why. */
  readonly missing: readonly string[]
  readonly measured: readonly Measured[]
  /** Where our servers spent their time in some of the jobs. */
  readonly profiles: readonly TakenProfile[]
}

const SHARES =
  "Each of these was run once more when all was measured, under V8's profiler, which samples what each thread is at. Parts are of the time in which the thread was not idle, from the first session on, so that connecting and the " +
  'audit are in it; a thread that waits for the disk inside of a commit is not idle. `npm run bench -- --profile --only GROUP` shows the functions.'

/** The results as a page of Markdown. Its plots are beside it, named after their groups. */
export function page({ environment, groups, measured, ...results }: Results): string {
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`)
  const tookPart = results.peers.filter(({ label }) => measured.some(({ peer }) => peer === label))
  const servers = tookPart.map(({ label, about }) => `- **${label}**: ${about}.`)
  const missing = results.missing.map(why => `- Not measured: ${why}.`)
  const failures = measured.flatMap(({ group, job, peer, failures: reasons }) => {
    return reasons.map(reason => `- ${group.id}, ${job.label}, ${peer}: ${reason}`)
  })
  const goals = goalsTable(measured)
  const shares = sharesTable(results.profiles)
  const cut = results.isWhole ? '' : ' **It was ended before all of it was measured.**'
  const warnings = environment.warnings.map(warning => `**${warning}**`)
  return [
    `# Results of ${environment.date}`,
    `${environment.machine}, ${environment.system}. ${environment.pinning}. Revision ${environment.revision}.`,
    ...warnings,
    `Versions: ${versions.join(', ')}.`,
    `Medians of ${results.rounds} rounds at most, the scenarios and servers taken in turn; the range is from the least to the most. Command: \`${environment.command}\`; it took ${results.minutes.toFixed(0)} minutes.${cut}`,
    'Processor times are parts of one core, taken from /proc while it was measured. A generator near 100 % would be the limit of its row. What limits each figure, and where Holdfast loses, is told in [docs/benchmarks.md](../../../docs/benchmarks.md).',
    [...servers, ...missing].join('\n'),
    ...(failures.length > 0 ? ['## Runs that gave no figure', failures.join('\n')] : []),
    ...(goals === null ? [] : ['## What was wanted, and what came of it', goals]),
    ...groups.flatMap(group => section(group, runsOf(group, measured))),
    ...(shares === null ? [] : ['## Where the time went', SHARES, shares]),
    '',
  ].join('\n\n')
}

function runsOf(group: Group, measured: readonly Measured[]): readonly Measured[] {
  return measured.filter(run => run.group === group)
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

/**
 * Makes a folder for one session of measuring, named after the day: `2026-11-22`, and where that is there already `2026-11-22-2` and so on. So
 * nothing of another session is replaced, and none of its plots stand beside new tables. Gives its path.
 */
export function makeFolder(root: string, date: string): string {
  mkdirSync(root, { recursive: true })
  for (let i = 1; ; i++) {
    const folder = join(root, i === 1 ? date : `${date}-${i}`)
    try {
      mkdirSync(folder)
      return folder
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Writes the page, the plots and all figures of all runs to the session's folder, over what it has written there before. */
export function write(folder: string, results: Results): void {
  writeFileSync(join(folder, 'README.md'), page(results))
  for (const group of results.groups) {
    const svg = plotOf(group, runsOf(group, results.measured))
    if (svg !== null) writeFileSync(join(folder, `${group.id}.svg`), svg)
  }
  const { environment, rounds, minutes, isWhole, missing, measured, profiles } = results
  const runs = measured.map(({ group, job, peer, outcomes, failures }) => {
    return { group: group.id, job: job.label, spec: job.spec, server: peer, outcomes, failures }
  })
  const shares = profiles.map(({ group, job, server, profiles: of }) => ({
    group: group.id,
    job: job.label,
    server,
    of,
  }))
  writeFileSync(
    join(folder, 'results.json'),
    `${JSON.stringify({ environment, rounds, minutes, isWhole, missing, runs, profiles: shares }, rounded, 1)}\n`,
  )
}

/** Six digits are more than any of it means. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
