import { type GatewayStep, gatewayTroubles, withGateways } from './gateway-plan.ts'
import { madeUpFor } from './making-up.ts'
import { pollsIn } from './polls.ts'
import { SimRandom } from './sim-random.ts'

/** What one device does, or what befalls it or the others. `at`: milliseconds since the world began. */
export type Step = { readonly at: number } & (DeviceStep | NodeStep | GatewayStep | WorldStep)

/** Numbers choose among what there is when the step is made: taking another step out of the plan changes no choice of this one. */
type DeviceStep = { readonly device: number; readonly room: number; readonly pick: number } & (
  | { readonly kind: OperationKind }
  | { readonly kind: 'poll' }
  | { readonly kind: DeviceFault | DeviceTrouble; readonly forMs: number }
)
type NodeStep = { readonly kind: NodeFault; readonly node: number; readonly forMs: number; readonly pick: number }
type WorldStep = { readonly forMs: number } & (
  | { readonly kind: WorldFault }
  | { readonly kind: WorldTrouble; readonly pick: number }
)

const OPERATIONS = {
  send: 30,
  sendTwice: 3,
  edit: 4,
  delete: 3,
  react: 4,
  unreact: 2,
  pin: 1,
  read: 6,
  markUnread: 1,
  mention: 3,
  reply: 4,
  join: 3,
  leave: 1,
  kick: 2,
  ban: 1,
  unban: 1,
  add: 3,
  mute: 1,
  unmute: 1,
  slow: 1,
  older: 2,
  open: 4,
  close: 2,
  retry: 3,
  discard: 1,
  typing: 3,
  status: 1,
} as const

const DEVICE_FAULTS = [
  'reset',
  'freeze',
  'cut',
  'slowLine',
  'badHttp',
  'reload',
  'storageFull',
  'sleep',
  'clock',
] as const
const NODE_FAULTS = ['killNode', 'stopNode', 'sleepNode', 'nodeClock'] as const
const WORLD_FAULTS = ['storeFull', 'storeAway', 'busBad', 'dropAll'] as const

/** What goes wrong beside that, drawn for itself: seeds from before keep all that they had. */
const DEVICE_TROUBLES = {
  tear: 3,
  oneWay: 2,
  oddHttp: 2,
  tab: 3,
  shutOut: 3,
  storageQuota: 1,
  storageBlocked: 1,
  storageRefuses: 1,
  evict: 1,
} as const
const WORLD_TROUBLES = { powerLoss: 4, storeLocked: 2, restore: 1, syncFails: 1 } as const

export type OperationKind = keyof typeof OPERATIONS
export type DeviceFault = (typeof DEVICE_FAULTS)[number]
export type NodeFault = (typeof NODE_FAULTS)[number]
export type WorldFault = (typeof WORLD_FAULTS)[number]
export type DeviceTrouble = keyof typeof DEVICE_TROUBLES
export type WorldTrouble = keyof typeof WORLD_TROUBLES

/** What a world is like before anything happens in it. */
export interface WorldShape {
  readonly nodes: number
  /** Where there is one node, how many gateways it has on threads of their own; 0 or none told: all of it is one thread. */
  readonly gateways?: number
  /** Whether the nodes run where the store does, and lose their power with it. */
  readonly isOneMachine: boolean
  readonly users: number
  /** For each device, whose it is. */
  readonly devices: readonly number[]
  readonly rooms: readonly { readonly type: 'public' | 'private'; readonly members: readonly number[] }[]
  /** How long things go wrong, in milliseconds; then all is healed. */
  readonly lengthMs: number
  readonly delayMs: number
  readonly commitMs: number
  /** Limits that a small world can meet. */
  readonly delta: number
  readonly sendQueueBytes: number
}

/** A whole run, as data: the same plan makes the same run. */
export interface Plan {
  readonly seed: string
  readonly shape: WorldShape
  readonly steps: readonly Step[]
}

/** The plan of a seed. Each draws its own mix: which operations and which faults there are at all (swarm testing, Groce et al. 2012). */
export function planOf(seed: string): Plan {
  const random = new SimRandom(`plan ${seed}`)
  // Drawn for itself, as all that was thought of later: seeds that have no gateways are the worlds that they were.
  const threads = new SimRandom(`gateways ${seed}`)
  const shape = withGateways(threads, shapeOf(random))
  const first = [...operations(random.fork('operations'), shape), ...faults(random.fork('faults'), shape)].sort(byTime)
  const all = [
    ...first,
    ...troubles(random.fork('troubles'), shape),
    ...busTrouble(random.fork('bus'), shape),
    ...gatewayTroubles(threads, shape),
  ]
  const more = [...madeUpFor(random.fork('making up'), shape, all), ...pollsIn(random.fork('polls'), shape)]
  return { seed, shape, steps: [...all, ...more].sort(byTime) }
}

function byTime(a: Step, b: Step): number {
  return a.at - b.at
}

function shapeOf(random: SimRandom): WorldShape {
  const users = random.int(2, 4)
  const devices = Array.from({ length: users }, (_, user) => (random.chance(0.5) ? [user] : [user, user])).flat()
  const rooms = Array.from({ length: random.int(1, 3) }, (_, i) => ({
    type: random.chance(0.5) ? ('public' as const) : ('private' as const),
    members: Array.from({ length: users }, (_, user) => user).filter(() => i === 0 || random.chance(0.7)),
  }))
  return {
    nodes: random.pick([1, 1, 1, 2, 2, 3]),
    isOneMachine: random.fork('machine').chance(0.5),
    users,
    devices,
    rooms,
    lengthMs: random.int(15, 80) * 1_000,
    delayMs: random.pick([1, 10, 50, 200]),
    commitMs: random.pick([0, 1, 5, 50]),
    delta: random.pick([3, 20, 1_000]),
    sendQueueBytes: random.pick([2_048, 16_384, 1_048_576]),
  }
}

function operations(random: SimRandom, shape: WorldShape): Step[] {
  const weights = swarm(random, OPERATIONS, ['send', 'open'])
  const everyMs = random.pick([100, 300, 1_000])
  const steps: Step[] = []
  for (let at = random.exponential(everyMs); at < shape.lengthMs; at += random.exponential(everyMs)) {
    const kind = random.weighted(weights)
    steps.push({ at, kind, ...deviceChoice(random, shape) })
  }
  return steps
}

function faults(random: SimRandom, shape: WorldShape): Step[] {
  const kinds = [...DEVICE_FAULTS, ...NODE_FAULTS, ...WORLD_FAULTS]
  const weights = swarm(
    random,
    Object.fromEntries(kinds.map(kind => [kind, 1])) as Record<(typeof kinds)[number], number>,
    [],
  )
  const everyMs = random.pick([2_000, 5_000, 20_000])
  const steps: Step[] = []
  for (let at = random.exponential(everyMs); at < shape.lengthMs; at += random.exponential(everyMs)) {
    const kind = random.weighted(weights)
    const forMs = random.exponential(random.pick([500, 5_000, 40_000]))
    if (isOneOf(DEVICE_FAULTS, kind)) steps.push({ at, kind, forMs, ...deviceChoice(random, shape) })
    else if (isOneOf(NODE_FAULTS, kind)) {
      steps.push({ at, kind, forMs, node: random.int(0, shape.nodes - 1), pick: random.u32() })
    } else if (isOneOf(WORLD_FAULTS, kind)) steps.push({ at, kind, forMs })
  }
  return steps
}

/** A quarter of the worlds have none of them. */
function troubles(random: SimRandom, shape: WorldShape): Step[] {
  const weights = swarm(random, { ...DEVICE_TROUBLES, ...WORLD_TROUBLES }, [])
  const everyMs = random.pick([3_000, 8_000, 20_000, Number.POSITIVE_INFINITY])
  const steps: Step[] = []
  for (let at = random.exponential(everyMs); at < shape.lengthMs; at += random.exponential(everyMs)) {
    const kind = random.weighted(weights)
    const forMs = random.exponential(random.pick([500, 5_000, 40_000]))
    if (kind in DEVICE_TROUBLES) {
      steps.push({ at, kind: kind as DeviceTrouble, forMs, ...deviceChoice(random, shape) })
    } else steps.push({ at, kind: kind as WorldTrouble, forMs, pick: random.u32() })
  }
  return steps
}

/** In some worlds of several nodes the bus is bad until all is healed: no later hint makes up for the last one. */
function busTrouble(random: SimRandom, { nodes, lengthMs }: WorldShape): Step[] {
  if (nodes < 2 || !random.chance(0.4)) return []
  return [{ at: random.fraction() * lengthMs, kind: 'busBad', forMs: lengthMs }]
}

function deviceChoice(random: SimRandom, shape: WorldShape) {
  return {
    device: random.int(0, shape.devices.length - 1),
    room: random.int(0, shape.rooms.length - 1),
    pick: random.u32(),
  }
}

/** Leaves about a third of the kinds out of this world, so that those that are left meet each other more often. */
function swarm<K extends string>(
  random: SimRandom,
  weights: Readonly<Record<K, number>>,
  always: readonly K[],
): Record<K, number> {
  const entries = Object.entries(weights) as [K, number][]
  const kept = entries.map(([kind, weight]) => [kind, always.includes(kind) || random.chance(0.66) ? weight : 0])
  if (kept.every(([, weight]) => weight === 0)) return { ...weights }
  return Object.fromEntries(kept) as Record<K, number>
}

function isOneOf<T extends string>(all: readonly T[], kind: string): kind is T {
  return (all as readonly string[]).includes(kind)
}
