import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { PresenceAudience } from '../people/viewer.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import type { TailLimits } from './tail.ts'

/** What the live side of rooms needs. */
export interface RoomDeps {
  readonly log: Pick<RoomLog, 'access' | 'visit' | 'events' | 'head' | 'people' | 'shownReads'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly metrics: Pick<Metrics, 'deliveries' | 'detached' | 'resumes' | 'signalsOut'>
  readonly logger: Logger
  /** The people shown beside a room, and who is shown them. `roomId`: only its readers are told who is looking at it. */
  readonly newAudience: (roomId: string) => PresenceAudience
  /** Whether a person shows how far they have read, and so may see it of others; null while it is not known: asking makes it so. */
  readonly showsReads: (userId: string) => boolean | null
  /** A room of more members is large: who types is counted beyond the first few, and read positions are not told one by one. */
  readonly largeRoom: number
  /** How far behind a cursor may be and still be answered with events. */
  readonly delta: number
  /** How much of each room is kept encoded. */
  readonly tail: TailLimits
}
