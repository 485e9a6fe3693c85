import type { Group, PeerName } from './group.ts'
import { stockOf } from './growth.ts'
import type { Scale } from './scale.ts'

const ALL: readonly PeerName[] = ['holdfast', 'socketio', 'nats-default', 'ws']
/** Fewer than the queue of 511 that Node asks the kernel for: what that refuses is tried again a second later. */
const UNDER_WAY = 300
const BYTES_A_KB = 1_000
const MS_A_S = 1_000
const number = (n: number) => n.toLocaleString('en')

/** Everybody is cut off at once and comes back. */
export function storm({ storm: { connections, rooms } }: Scale): Group {
  const all = { figure: 'allResumedMs', label: 'all back after', unit: 's', per: MS_A_S }
  const label = `${number(connections)} connections, ${number(rooms)} rooms`
  return {
    id: 'storm',
    title: 'Storm: all connections are cut at once',
    about:
      `All come back at once, ${UNDER_WAY} connections under way, each with its cursor, while 100 messages a second go on. A blackout lasts from the cut until a client is live again with nothing missing. ` +
      "The loop's longest stall is seen by a timer inside of each server on Node. Servers without cursors resend nothing of what was sent meanwhile, wherever it is stored: so many messages a client is not sent.",
    columns: [
      all,
      { figure: 'blackoutP50Ms', label: 'blackout p50', unit: 'ms' },
      { figure: 'blackoutP99Ms', label: 'p99', unit: 'ms' },
      { figure: 'missedPerClient', label: 'not resent, each client', unit: '' },
      { figure: 'fromTail', label: 'from memory', unit: '' },
      { figure: 'fromLog', label: 'from the log', unit: '' },
      { figure: 'bySnapshot', label: 'snapshots', unit: '' },
      { figure: 'witnessP99Ms', label: 'latency meanwhile, p99', unit: 'ms' },
      { figure: 'longestStallMs', label: 'longest stall of the loop', unit: 'ms' },
    ],
    more: false,
    plot: { kind: 'distribution', curve: 'cut to live again', job: label },
    jobs: [
      {
        label,
        peers: ALL,
        profiled: ['holdfast'],
        spec: { scenario: 'storm', parameters: { connections, rooms, perSecond: 100, underWay: UNDER_WAY } },
      },
    ],
  }
}

/** What a connection that does nothing takes. */
export function idleMemory({ idle: { connections, rooms } }: Scale): Group {
  const column = { figure: 'bytesPerConnection', label: 'a connection', unit: 'KB', per: BYTES_A_KB }
  return {
    id: 'idle-memory',
    title: 'Memory of an idle connection',
    about:
      'Resident memory that one more connection takes, with a room open, silent but for the heartbeat; what its process takes without any is not counted.',
    columns: [column],
    more: false,
    plot: { kind: 'bars', column },
    rounds: 2,
    jobs: [
      {
        label: `${number(connections)} connections, ${number(rooms)} rooms`,
        peers: ALL,
        spec: { scenario: 'idle-memory', parameters: { connections, rooms } },
      },
    ],
  }
}

/** Whether what lies before makes reading slower. */
export function history(scale: Scale): Group {
  const { small, large, pages } = scale.history
  return {
    id: 'history',
    title: 'History pages and opening, small room against large',
    about: `Pages of 50 at places all over a room of ${number(small)} and one of ${number(large)} messages, by turns; then both are opened with a snapshot, by turns.`,
    columns: [
      { figure: 'pageRatio', label: 'page, large ÷ small', unit: '' },
      { figure: 'pageSmallP50Ms', label: 'page, small', unit: 'ms' },
      { figure: 'pageLargeP50Ms', label: 'large', unit: 'ms' },
      { figure: 'openRatio', label: 'opening, large ÷ small', unit: '' },
      { figure: 'openSmallP50Ms', label: 'opening, small', unit: 'ms' },
      { figure: 'openLargeP50Ms', label: 'large', unit: 'ms' },
    ],
    more: false,
    plot: null,
    jobs: [
      {
        label: `${number(small)} against ${number(large)} messages`,
        peers: ['holdfast'],
        spec: { scenario: 'history', parameters: { small, large, pages } },
        stock: stockOf(scale),
      },
    ],
  }
}

/** Everybody comes back, and everybody is told. */
export function presence({ presence: members }: Scale): Group {
  return {
    id: 'presence-storm',
    title: 'Storm of presence',
    about:
      'The members of one room drop at one moment and come back all at once, while somebody writes 20 messages a second. Beside it the same server with what many servers do added as it is ' +
      'loaded (`src/eager-presence.ts`): whoever comes or goes is told to everybody there, each change in a frame of its own, encoded once. Every watched session knew of everybody it is shown when it was over.',
    columns: [
      { figure: 'frames', label: 'presence frames, each session', unit: '' },
      { figure: 'mostFramesInOneSecond', label: 'most in a second', unit: '' },
      { figure: 'mostBytesInOneSecond', label: 'most in a second', unit: 'KB', per: BYTES_A_KB },
      { figure: 'seconds', label: 'until nothing more was told', unit: 's' },
      { figure: 'stormP50Ms', label: 'message latency p50', unit: 'ms' },
      { figure: 'stormP99Ms', label: 'p99', unit: 'ms' },
      { figure: 'calmP99Ms', label: 'calm before, p99', unit: 'ms' },
      { figure: 'serverCpuSeconds', label: 'processor time', unit: 's' },
    ],
    more: false,
    plot: null,
    rounds: 1,
    jobs: [
      {
        label: `${number(members)} members of one room`,
        peers: ['holdfast', 'eager'],
        spec: { scenario: 'presence-storm', parameters: { members } },
      },
    ],
  }
}
