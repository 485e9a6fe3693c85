import type { Auth } from './auth/auth.ts'
import type { Tickets } from './auth/tickets.ts'
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
  /** What it shares with the gateways beside it, when it is one of several in front of one owner of the log. */
  readonly shared?: SharedParts
}

/** What a gateway has in common with those beside it. Whoever commits its commands tells all of them of it. */
export interface SharedParts {
  readonly tickets: Tickets
  /** Everything measured by all of them, in Prometheus' text format. */
  metricsText(): Promise<string>
}
