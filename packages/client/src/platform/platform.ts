import type { Clock } from './clock.ts'
import type { Network } from './network.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { OpenSocket } from './socket.ts'

/** Everything that the client takes from the world outside. Tests bring their own; applications need none. */
export interface ClientPlatform {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly network: Network
  readonly openSocket: OpenSocket
  readonly fetch: typeof globalThis.fetch
}
