import type { SessionLimits } from '@holdfast/protocol'
import type { AuthResult } from '../auth/authenticator.ts'
import type { Logger } from '../observe/logger.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Platform } from '../platform/clock.ts'
import type { OpenRoom } from '../room/reader.ts'
import type { Subscription } from '../room/subscription.ts'
import type { SendQueueLimits } from '../transport/send-queue.ts'
import type { BytePace } from './byte-budget.ts'
import type { CommandDeps } from './context.ts'
import type { SessionTimes } from './machine.ts'
import type { Pace } from './token-bucket.ts'

/** What all sessions of this node share. */
export interface SessionDeps {
  readonly platform: Platform
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'sessions' | 'framesIn' | 'framesOut' | 'signalsOut' | 'detached' | 'closes'>
  readonly commands: CommandDeps
  /** Opens a room for a reader. */
  readonly openRoom: (request: OpenRoom) => Subscription
  /** Has the log asked anew whether a person may read a room that they have open. */
  readonly recheckRoom: (roomId: string, userId: string) => void
  /** Tells who the bearer of a token is, for `auth.refresh`. */
  readonly authenticate: (token: string) => Promise<AuthResult>
  readonly limits: SessionLimits
  readonly times: SessionTimes
  /** Told to clients: after so long without hearing anything they ask whether the server is there. Milliseconds. */
  readonly heartbeatMs: number
  /** What one session may leave unread, and for how long. */
  readonly sendQueue: SendQueueLimits
  /** Frames of one socket; null: not limited. */
  readonly framePace: Pace | null
  /** What one session may be sent of presence. */
  readonly presencePace: BytePace
  /** Told to clients when this node is going away. Milliseconds. */
  readonly reconnectWithinMs: number
  /** Names this node in `session.welcome`. */
  readonly node: string
}
