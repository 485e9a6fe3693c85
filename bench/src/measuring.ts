import { fileURLToPath } from 'node:url'
import type { Group, PeerName } from './plan/group.ts'
import { environment } from './report/environment.ts'
import { makeFolder, page, type Results, write } from './report/write.ts'
import type { Pinning } from './run/pinning.ts'
import { Rounds } from './run/rounds.ts'
import type { TakenProfile } from './run/take-profile.ts'
import type { Peer } from './servers/peer.ts'

const RESULTS = fileURLToPath(new URL('../results', import.meta.url))
const MS_A_MINUTE = 60_000

/** What is measured, and what becomes of the results. */
export interface Plan {
  readonly groups: readonly Group[]
  readonly peers: readonly (readonly [PeerName, Peer])[]
  readonly rounds: number
  readonly pinning: Pinning
  /** Whether the results are written to files: after each round, and when it is ended before its end, once there is a figure. */
  readonly isWritten: boolean
}

/** Measures all of it and prints the page. Gives whether every run gave figures. */
export async function measureAll({ groups, peers, rounds, pinning, isWritten }: Plan): Promise<boolean> {
  const absent = new Map(peers.map(([name, peer]) => [name, peer.missing()]))
  const here = peers.filter(([name]) => absent.get(name) === null)
  const missing = peers.flatMap(([name, { label }]) => {
    const why = absent.get(name) ?? null
    return why === null ? [] : [`${label}: ${why}`]
  })
  for (const why of missing) console.error(`not measured: ${why}`)
  const run = new Rounds(groups, new Map(here), rounds, pinning)
  const machine = environment(pinning.description, process.argv.slice(2), new Date())
  const begun = performance.now()
  const profiles: TakenProfile[] = []
  const results = (isWhole: boolean): Results => ({
    environment: machine,
    rounds,
    minutes: (performance.now() - begun) / MS_A_MINUTE,
    isWhole,
    groups,
    peers: here.map(([, peer]) => peer),
    missing,
    measured: run.measured,
    profiles,
  })
  let folder: string | null = null
  const keep = (isWhole: boolean) => {
    if (!isWritten || run.measured.every(({ outcomes }) => outcomes.length === 0)) return
    folder ??= makeFolder(RESULTS, machine.date)
    write(folder, results(isWhole))
    console.error(`written to ${folder}`)
  }
  const keepUnfinished = () => keep(false)
  process.once('exit', keepUnfinished)
  await run.run(keepUnfinished)
  await run.profile(taken => profiles.push(taken))
  process.off('exit', keepUnfinished)
  keep(true)
  console.log(page(results(true)))
  return run.measured.every(({ failures }) => failures.length === 0)
}
