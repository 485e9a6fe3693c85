import type { Column, Group, Job, PeerName } from './group.ts'
import type { Scale } from './scale.ts'
import { storm } from './standing.ts'
import { durableSends, fanOut } from './throughput.ts'

const PEERS: readonly PeerName[] = ['holdfast', 'two-workers']
const ROUNDS = 2
/** Where a core is what a second thread needs, one more round does not say more. */
const SATURATED_ROUNDS = 1
const ONE_AGAINST_TWO =
  'One thread that does all of it, against two that serve clients beside one that owns the log and writes; nothing is pinned. '
const SATURATED =
  'All of them and the generator share two cores, so the generator takes a part of what the second thread could use, more than clients of other machines would.'
const PERCENT = 0.01
/** Readers of pages at once, and the messages of their room. */
const PAGE_READERS = 64
const PAGED = 2_000

/** What a second thread brings: at a load that one bears too, where the generator needs little, and where it needs the second core. */
export function workers(scale: Scale): readonly Group[] {
  return [
    atAnEqualLoad(scale),
    whereCoresAreFree(scale),
    onAllCores('workers-fan-out', fanOut(scale), '1,000 subscribers'),
    onAllCores('workers-sends', durableSends(scale), '64 writers, 1 room'),
    onAllCores('workers-storm', storm(scale), null),
  ]
}

const THREADS: readonly Column[] = [
  { figure: 'busiestThread', label: 'busiest thread', unit: '%', per: PERCENT },
  { figure: 'mainThread', label: 'thread that writes', unit: '%', per: PERCENT },
  { figure: 'mainLoop', label: 'the same, with its waits for the disk', unit: '%', per: PERCENT },
  { figure: 'cpuUsEach', label: 'processor time of all threads, each', unit: 'µs' },
]
const LATENCY: readonly Column[] = [
  { figure: 'p50Ms', label: 'p50', unit: 'ms' },
  { figure: 'p99Ms', label: 'p99', unit: 'ms' },
]

/** What the threads take of a load that is the same for both. */
function atAnEqualLoad({ ms, warmMs }: Scale): Group {
  const profiled: readonly PeerName[] = ['two-workers']
  const steady = (label: string, rooms: number, readers: number, writers: number, perSecond: number): Job => {
    const parameters = { rooms, readers, writers, perSecond, ms, warmMs }
    return { label, peers: PEERS, spec: { scenario: 'steady', parameters } }
  }
  return {
    id: 'workers-load',
    title: 'One worker and two at an equal load',
    about:
      `${ONE_AGAINST_TWO}The load is less than one bears, so that the generator takes no core from anybody, and what is asked is how much of a core the busiest thread needs for it. Capacity is the load divided by that: ` +
      'deliveries, messages, handshakes or pages a second that the thread could bear if it did nothing else. It leaves out that frames and commits are shared by more messages as the load grows, for either; and that a thread that waits ' +
      'for the disk is busy though no processor is: the share of time in which the loop of the one that writes was so stands beside it.',
    columns: [
      { figure: 'capacity', label: 'capacity', unit: '/s' },
      { figure: 'perSecond', label: 'load', unit: '/s' },
      ...THREADS,
      ...LATENCY,
    ],
    more: true,
    plot: null,
    rounds: ROUNDS,
    areCoresShared: true,
    jobs: [
      { ...steady('deliveries to 1,000 subscribers, 2,000 messages/s', 1, 1_000, 64, 2_000), profiled },
      steady('deliveries in 5 rooms of 100, 250 messages/s', 5, 100, 5, 250),
      { ...steady('durable sends, 64 writers, 6,000/s', 1, 0, 64, 6_000), profiled },
      {
        label: 'handshakes, 800/s',
        peers: PEERS,
        spec: { scenario: 'handshakes', parameters: { rooms: 10, perSecond: 800, ms, warmMs } },
      },
      { label: 'pages of history, 500/s', peers: PEERS, spec: pages({ perSecond: 500, ms, warmMs }) },
    ],
  }
}

function pages(how: { readonly perSecond: number | null; readonly ms: number; readonly warmMs: number }) {
  return { scenario: 'pages', parameters: { messages: PAGED, readers: PAGE_READERS, ...how } } as const
}

/** What is served more of, where the generator has little to do for it. */
function whereCoresAreFree({ ms, warmMs }: Scale): Group {
  return {
    id: 'workers-pages',
    title: 'Pages of history, both cores free',
    about: `${ONE_AGAINST_TWO}${PAGE_READERS} people, each on a connection of its own, ask for the next page of 50 messages when they have the last one. The generator needs little of a core for it, so that the second one is there for the second worker.`,
    columns: [
      { figure: 'perSecond', label: 'pages', unit: '/s' },
      ...LATENCY,
      { figure: 'cpuUsEach', label: 'processor time of all threads, each', unit: 'µs' },
    ],
    more: true,
    plot: null,
    rounds: ROUNDS,
    areCoresShared: true,
    jobs: [{ label: `${PAGE_READERS} readers`, peers: PEERS, spec: pages({ perSecond: null, ms, warmMs }) }],
  }
}

/** One of a group's jobs again, or its only one. The loop that is watched is the main thread's, which serves nobody where there are others. */
function onAllCores(id: string, group: Group, label: string | null): Group {
  const jobs = group.jobs.filter(job => label === null || job.label === label)
  return {
    ...group,
    id,
    title: `On all cores: ${group.title.toLowerCase()}`,
    about: ONE_AGAINST_TWO + SATURATED,
    columns: group.columns.filter(({ figure }) => figure !== 'longestStallMs'),
    plot: null,
    rounds: SATURATED_ROUNDS,
    areCoresShared: true,
    jobs: jobs.map(({ spec, label: name }): Job => ({ label: name, peers: PEERS, spec })),
  }
}
