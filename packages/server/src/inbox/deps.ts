import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Clock, Random, Scheduler } from '../platform/clock.ts'

/** What the inboxes need. */
export interface InboxDeps {
  readonly log: Pick<RoomLog, 'inboxOf' | 'inboxSince' | 'inboxCursor' | 'roomIdsOf' | 'history'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Chooses the lines that are recounted. */
  readonly random: Pick<Random, 'fraction'>
  readonly metrics: Pick<Metrics, 'signalsOut' | 'inboxReads' | 'unreadChecks' | 'unreadDifferences'>
  readonly logger: Logger
  /** Whether every message of the bus comes, once and in order. When not, each person's inbox is compared with the log now and then. */
  readonly isBusReliable: boolean
}
