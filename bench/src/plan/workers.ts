import type { Group, Job, PeerName } from './group.ts'
import type { Scale } from './scale.ts'
import { storm } from './standing.ts'
import { durableSends, fanOut } from './throughput.ts'

const PEERS: readonly PeerName[] = ['holdfast', 'two-workers']
const ROUNDS = 2
const SHARED_CORES =
  'One thread that does all of it, against two that serve clients beside one that owns the log and writes. Nothing is pinned: all of them and the generator share two cores, so the generator takes ' +
  'a part of what the second thread could use, more than clients of other machines would; on more cores more would be gained.'

/** What a second thread brings: a fan-out, durable sends and a storm with one and with two, on all cores. */
export function workers(scale: Scale): readonly Group[] {
  return [
    onAllCores('workers-fan-out', fanOut(scale), '1,000 subscribers'),
    onAllCores('workers-sends', durableSends(scale), '64 writers, 1 room'),
    onAllCores('workers-storm', storm(scale), null),
  ]
}

/** One of a group's jobs again, or its only one. The loop that is watched is the main thread's, which serves nobody where there are others. */
function onAllCores(id: string, group: Group, label: string | null): Group {
  const jobs = group.jobs.filter(job => label === null || job.label === label)
  return {
    ...group,
    id,
    title: `On all cores: ${group.title.toLowerCase()}`,
    about: SHARED_CORES,
    columns: group.columns.filter(({ figure }) => figure !== 'longestStallMs'),
    plot: null,
    rounds: ROUNDS,
    areCoresShared: true,
    jobs: jobs.map(({ spec, label: name }): Job => ({ label: name, peers: PEERS, spec })),
  }
}
