import type { Auth } from './auth/auth.ts'
import type { Bus } from './bus/bus.ts'
import type { RoomLog } from './log/room-log.ts'
import type { Settings } from './options.ts'
import type { PresenceStore } from './people/presence-store.ts'

/** What a server is composed of: for tests that bring their own. */
export interface Parts {
  readonly settings: Settings
  readonly log: RoomLog
  readonly bus: Bus
  readonly auth: Auth
  /** Where it is kept who is there: one for all nodes of a deployment. */
  readonly presence: PresenceStore
}
