import type { Group, PeerName } from './group.ts'
import type { Scale } from './scale.ts'

/** Who acknowledges what is stored, each at its best. In one row beside them: a peer without its tuning, and who stores nothing, which shows what a store costs. */
const DURABLE: readonly PeerName[] = ['holdfast', 'socketio', 'nats']
const BESIDE: readonly PeerName[] = ['socketio-plain', 'nats-default', 'centrifugo', 'ws']
/** Everybody as quick as they are when started as their documents say. */
const ALL: readonly PeerName[] = ['holdfast', 'socketio', 'nats-default', 'centrifugo', 'ws']
/** Messages on their way at once in a saturated room. */
const IN_FLIGHT = 1_024
const MANY_ROOMS = 1_000
/** Readers of the room that most is asked of: its flushes are compressed, its time is sampled. */
const LARGE = 1_000
/** Larger rooms take long to fill. */
const MOST_ROUNDS_BEYOND = 2
const OURS: readonly PeerName[] = ['holdfast']
/** Enough writers that they share commits. */
const SHARED = 64

const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

/** How many messages a second are written, each on disk before it is acknowledged. */
export function durableSends({ writers, ms, warmMs }: Scale): Group {
  const perSecond = { figure: 'perSecond', label: 'acknowledged', unit: '/s' }
  const spec = (n: number, rooms: number) => {
    return { scenario: 'durable-sends', parameters: { ...NOTHING_BESIDE, writers: n, rooms, ms, warmMs } } as const
  }
  return {
    id: 'durable-sends',
    title: 'Durable sends',
    about:
      'Each writer sends the next message when the last one is acknowledged. Holdfast acknowledges what is synced to disk and published; Socket.IO what PostgreSQL has ' +
      `committed; NATS what JetStream has synced, and in another row what it has not. Plain \`ws\` keeps nothing: with ${SHARED} writers it shows what a message costs without a store.`,
    columns: [perSecond, { figure: 'p50Ms', label: 'p50', unit: 'ms' }, { figure: 'p99Ms', label: 'p99', unit: 'ms' }],
    more: true,
    plot: { kind: 'lines', column: perSecond, xLabel: 'writers in one room' },
    jobs: [
      ...writers.map(n => ({
        label: `${count(n, 'writer')}, 1 room`,
        x: n,
        peers: n === SHARED ? [...DURABLE, ...BESIDE] : DURABLE,
        spec: spec(n, 1),
        ...(n === SHARED && { profiled: OURS }),
      })),
      {
        label: `${count(SHARED, 'writer')}, ${count(MANY_ROOMS, 'room')}`,
        peers: DURABLE,
        spec: spec(SHARED, MANY_ROOMS),
      },
    ],
  }
}

const NOTHING_BESIDE = { members: 0, history: 0, idle: 0 }

function fanOutOf(subscribers: number, { ms, warmMs }: Scale) {
  return { scenario: 'fan-out', parameters: { subscribers, inFlight: IN_FLIGHT, ms, warmMs } } as const
}

/** How many deliveries a second one room's readers get. */
export function fanOut(scale: Scale): Group {
  const deliveries = { figure: 'deliveriesPerSecond', label: 'deliveries', unit: '/s' }
  return {
    id: 'fan-out',
    title: 'Fan-out, saturated',
    about:
      `One room, ${IN_FLIGHT.toLocaleString('en')} messages on their way at once (128 where each is a frame of its own and more would only wait): sent, and not yet both acknowledged and received by the slowest of five readers ` +
      'spread over all. A delivery is one message at one reader, through the whole path, the store included.',
    columns: [
      deliveries,
      { figure: 'messagesPerSecond', label: 'messages', unit: '/s' },
      { figure: 'eventsPerFrame', label: 'in a frame', unit: '' },
      { figure: 'bytesPerDelivery', label: 'each', unit: 'B' },
    ],
    more: true,
    plot: { kind: 'lines', column: deliveries, xLabel: 'subscribers of one room' },
    jobs: scale.subscribers.map(n => ({
      label: count(n, 'subscriber'),
      x: n,
      peers: ALL,
      spec: fanOutOf(n, scale),
      ...(n === LARGE && { profiled: OURS }),
      ...(n > LARGE && { rounds: MOST_ROUNDS_BEYOND }),
    })),
  }
}

/** What compressing saves of the network, and what it costs. */
export function compression(scale: Scale): Group {
  const largest = scale.subscribers.filter(n => n === LARGE)
  return {
    ...fanOut(scale),
    id: 'compression',
    title: 'Compression off and on',
    about:
      'The saturated fan-out again. Compressed is what is sent to all, once for all of them and without anything that is kept from one frame to the next. The generator inflates each frame once, and ' +
      "compares the bytes that its other readers got. Messages are more alike here than people's are: those would save less.",
    plot: null,
    rounds: 2,
    jobs: largest.map(subscribers => ({
      label: count(subscribers, 'subscriber'),
      peers: ['holdfast', 'compressing'],
      profiled: ['compressing'],
      spec: fanOutOf(subscribers, scale),
    })),
  }
}
