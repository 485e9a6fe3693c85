import type { SimRandom } from './sim-random.ts'

/** What goes wrong with threads that serve clients. */
const GATEWAY_TROUBLES = ['killGateway', 'stallGateway'] as const
export type GatewayTrouble = (typeof GATEWAY_TROUBLES)[number]

/** What befalls a gateway, for `forMs`: until another takes its place, or it goes on. */
export interface GatewayStep {
  readonly kind: GatewayTrouble
  readonly gateway: number
  readonly forMs: number
  readonly pick: number
}

/** As many as meet each other. */
const GATEWAYS = 2

/** The part of a world's shape that gateways are about. */
interface Shape {
  readonly nodes: number
  readonly isOneMachine: boolean
  readonly lengthMs: number
  /** Where there is one node, how many gateways it has on threads of their own; 0 or none told: all of it is one thread. */
  readonly gateways?: number
}

/** Half of the worlds of one node have it on several threads. Whoever writes a database has it on a disk of its own machine then. */
export function withGateways<S extends Shape>(random: SimRandom, shape: S): S {
  return shape.nodes > 1 || random.chance(0.5) ? shape : { ...shape, gateways: GATEWAYS, isOneMachine: true }
}

/** In some worlds nothing befalls gateways alone. */
export function gatewayTroubles(random: SimRandom, { gateways = 0, lengthMs }: Shape) {
  const everyMs = random.pick([2_000, 5_000, 20_000, Number.POSITIVE_INFINITY])
  const steps: ({ readonly at: number } & GatewayStep)[] = []
  if (gateways === 0) return steps
  for (let at = random.exponential(everyMs); at < lengthMs; at += random.exponential(everyMs)) {
    const forMs = random.exponential(random.pick([10, 500, 5_000]))
    const kind = random.pick(GATEWAY_TROUBLES)
    steps.push({ at, kind, forMs, gateway: random.int(0, gateways - 1), pick: random.u32() })
  }
  return steps
}
