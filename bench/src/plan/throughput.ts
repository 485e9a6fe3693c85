import type { Group, PeerName } from './group.ts'
import type { Scale } from './scale.ts'

const ALL: readonly PeerName[] = ['holdfast', 'socketio', 'ws', 'centrifugo', 'nats']
/** Messages on their way at once in a saturated room. */
const IN_FLIGHT = 1_024
const MANY_ROOMS = 1_000

const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

/** How many messages a second are written, each on disk before it is acknowledged. */
export function durableSends({ writers, ms, warmMs }: Scale): Group {
  const perSecond = { figure: 'perSecond', label: 'acknowledged', unit: '/s' }
  const most = Math.max(...writers)
  return {
    id: 'durable-sends',
    title: 'Durable sends',
    about:
      'Each writer sends the next message when the last one is acknowledged. Holdfast acknowledges what is synced to disk and published; Socket.IO what PostgreSQL has ' +
      'committed; plain `ws` keeps nothing, and stands here to show what a message costs without a store.',
    columns: [perSecond, { figure: 'p50Ms', label: 'p50', unit: 'ms' }, { figure: 'p99Ms', label: 'p99', unit: 'ms' }],
    more: true,
    plot: { kind: 'lines', column: perSecond, xLabel: 'writers in one room' },
    jobs: [
      ...writers.map(n => ({
        label: `${count(n, 'writer')}, 1 room`,
        x: n,
        peers: ALL,
        spec: {
          scenario: 'durable-sends',
          parameters: { ...NOTHING_BESIDE, writers: n, rooms: 1, ms, warmMs },
        } as const,
      })),
      {
        label: `${count(most, 'writer')}, ${count(MANY_ROOMS, 'room')}`,
        peers: ALL,
        spec: {
          scenario: 'durable-sends',
          parameters: { ...NOTHING_BESIDE, writers: most, rooms: MANY_ROOMS, ms, warmMs },
        },
      },
    ],
  }
}

const NOTHING_BESIDE = { members: 0, history: 0, idle: 0 }

/** How many deliveries a second one room's readers get. */
export function fanOut({ subscribers, ms, warmMs }: Scale): Group {
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
    jobs: subscribers.map(n => ({
      label: count(n, 'subscriber'),
      x: n,
      peers: ALL,
      spec: { scenario: 'fan-out', parameters: { subscribers: n, inFlight: IN_FLIGHT, ms, warmMs } },
    })),
  }
}

/** What each message, connection or room costs as the others grow. */
export function growth({ growth: grow, ms, warmMs }: Scale): readonly Group[] {
  const cost = { figure: 'cpuUsPerMessage', label: 'processor time a message', unit: 'µs' }
  const by = (
    id: string,
    what: string,
    about: string,
    values: readonly number[],
    change: (n: number) => object,
  ): Group => ({
    id: `growth-${id}`,
    title: `Cost of a message against ${what}`,
    about: `${about} 64 writers, processor time of the server for each acknowledged message.`,
    columns: [
      cost,
      { figure: 'perSecond', label: 'acknowledged', unit: '/s' },
      { figure: 'p50Ms', label: 'p50', unit: 'ms' },
    ],
    more: false,
    plot: { kind: 'lines', column: cost, xLabel: what },
    rounds: 2,
    jobs: values.map(n => ({
      label: `${what}: ${n.toLocaleString('en')}`,
      x: n,
      peers: ['holdfast'],
      spec: {
        scenario: 'durable-sends',
        parameters: { ...NOTHING_BESIDE, writers: 64, rooms: 1, ms, warmMs, ...change(n) },
      },
    })),
  })
  return [
    by('rooms', 'rooms', 'Writers send to as many rooms in turn.', grow.rooms, rooms => ({ rooms })),
    by('members', 'members of the room', 'One room with so many members.', grow.members, members => ({ members })),
    by('history', 'messages in the room before', 'One room that holds so much already.', grow.history, history => ({
      history,
    })),
    by(
      'connections',
      'idle connections',
      'So many idle readers of other rooms are connected.',
      grow.connections,
      idle => ({ idle }),
    ),
  ]
}
