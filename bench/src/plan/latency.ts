import type { Group, PeerName } from './group.ts'
import type { Scale } from './scale.ts'

const ALL: readonly PeerName[] = ['holdfast', 'socketio', 'nats-default', 'centrifugo', 'ws']
/** In smaller rooms nothing has to wait for its turn: `small-rooms` is about those. */
const FEWEST = 100
/** Beside the size that the goal is stated for, these are compared once. */
const OTHER_SIZES = { peers: ['holdfast', 'socketio'], rounds: 1 } as const
const QUIET_RATE = 20
/** Readers of the room that the goal is stated for. */
const GOAL_MEMBERS = 1_000
const SMALL_ROOMS = { rooms: 5, members: 100, perSecond: 250 }

const ALL_READERS = [
  { figure: 'allP50Ms', label: 'all have it, p50', unit: 'ms' },
  { figure: 'allP99Ms', label: 'p99', unit: 'ms' },
]
const EACH_READER = [
  { figure: 'p50Ms', label: 'each reader, p50', unit: 'ms' },
  { figure: 'p99Ms', label: 'p99', unit: 'ms' },
]
const BESIDE = [
  { figure: 'ackP50Ms', label: 'acknowledged, p50', unit: 'ms' },
  { figure: 'generatorLateP99Ms', label: 'generator late, p99', unit: 'ms' },
]

/** A big room in which somebody writes now and then: how long until everybody has it. */
export function quietRoom({ subscribers, latencyMs, warmMs }: Scale): Group {
  return {
    id: 'fan-out-latency',
    title: `Fan-out at ${QUIET_RATE} messages a second`,
    about:
      'One room; a message is sent every 50 ms whatever became of the last one, and its time runs from when it was due until the last reader has it.',
    columns: [...ALL_READERS, ...EACH_READER, ...BESIDE],
    more: false,
    plot: {
      kind: 'distribution',
      curve: 'send to received by all',
      job: `${GOAL_MEMBERS.toLocaleString('en')} subscribers`,
    },
    jobs: subscribers
      .filter(n => n >= FEWEST)
      .map(members => ({
        label: `${members.toLocaleString('en')} subscribers`,
        ...(members === GOAL_MEMBERS ? { peers: ALL } : OTHER_SIZES),
        spec: {
          scenario: 'latency',
          parameters: {
            rooms: 1,
            members,
            perSecond: QUIET_RATE,
            areMembers: false,
            signals: 0,
            ms: latencyMs,
            warmMs,
          },
        },
      })),
  }
}

/** What most teams have: some rooms, some people in each, all of them talking. */
export function smallRooms({ latencyMs, warmMs }: Scale): Group {
  const { rooms, members, perSecond } = SMALL_ROOMS
  const label = `${rooms} rooms of ${members}, ${perSecond} messages/s`
  return {
    id: 'small-rooms',
    title: label,
    about:
      'Sent at a fixed rate to the rooms in turn; the time of each message runs from when it was due until each reader has it.',
    columns: [...EACH_READER, ...ALL_READERS, ...BESIDE],
    more: false,
    plot: { kind: 'distribution', curve: 'send to received', job: label },
    jobs: [
      {
        label,
        peers: ALL,
        spec: {
          scenario: 'latency',
          parameters: { ...SMALL_ROOMS, areMembers: false, signals: 0, ms: latencyMs, warmMs },
        },
      },
    ],
  }
}

/** The same with people who type, read and come and go. */
export function signals({ latencyMs, warmMs }: Scale): Group {
  const spec = (perSecond: number) => {
    return {
      scenario: 'latency',
      parameters: { ...SMALL_ROOMS, areMembers: true, signals: perSecond, ms: latencyMs, warmMs },
    } as const
  }
  return {
    id: 'signals',
    title: 'Signals on and off',
    about:
      'The small rooms again, their readers being members: silent, and with so many signals a second from all of them together, typing and read positions by turns.',
    columns: [
      ...EACH_READER,
      { figure: 'signalFrames', label: 'frames of signals to a reader', unit: '/s' },
      ...BESIDE,
    ],
    more: false,
    plot: { kind: 'distribution', curve: 'send to received' },
    rounds: 1,
    jobs: [
      { label: 'no signals', peers: ['holdfast'], spec: spec(0) },
      { label: '500 signals/s', peers: ['holdfast'], spec: spec(500) },
    ],
  }
}
