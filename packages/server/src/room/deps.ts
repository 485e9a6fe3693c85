import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import type { TailLimits } from './tail.ts'

/** What the live side of rooms needs. */
export interface RoomDeps {
  readonly log: Pick<RoomLog, 'access' | 'open' | 'events' | 'head'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly metrics: Pick<Metrics, 'deliveries' | 'detached' | 'resumes'>
  readonly logger: Logger
  /** How far behind a cursor may be and still be answered with events. */
  readonly delta: number
  /** How much of each room is kept encoded. */
  readonly tail: TailLimits
}
