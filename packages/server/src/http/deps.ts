import type { DecodedFrame, DownFrame, PresenceUser, SessionLimits } from '@holdfast/protocol'
import type { AddressLimit } from '../auth/address-limit.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { GuestIssuer } from '../auth/guest.ts'
import type { OriginPolicy } from '../auth/origins.ts'
import type { Identity, Tickets } from '../auth/tickets.ts'
import type { Actor } from '../log/actor.ts'
import type { LogCommand } from '../log/command.ts'
import type { Outcome } from '../log/outcome.ts'
import type { Answer, RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Clock, Random, Scheduler } from '../platform/clock.ts'
import type { Outgoing, UnderWay } from './under-way.ts'

/** One thing that a server needs to serve well. */
export interface Check {
  /** `store`, `bus`. */
  readonly name: string
  readonly ok: boolean
  /** Why it is not ok, for whoever runs the server. */
  readonly detail?: string
}

/** What the HTTP side is given. */
export interface HttpDeps {
  readonly log: RoomLog
  /** Commits a command; resolves when it is durable or refused. */
  readonly submit: (command: LogCommand) => Promise<Outcome>
  /**
   * The commands of one request by `actor`, with send lanes of their own: the very path that a WebSocket session's frames
   * take. Called once a request; the function it gives is called once a frame, in order, without waiting for the answers.
   */
  readonly commands: (actor: Actor) => (frame: DecodedFrame) => Promise<DownFrame | null>
  /** `actor` has shown a good token. */
  readonly seen: (actor: Actor) => void
  /** Who is there, for whoever asks. */
  readonly presence: {
    /** Each of these people once, in order; strangers, and ids of nobody, as offline. */
    of(actor: Actor, userIds: readonly string[]): Promise<readonly PresenceUser[]>
    /** The members of the room who are there, or were since then. */
    onlineSince(actor: Actor, roomId: string, sinceMs: number): Promise<Answer<readonly PresenceUser[]>>
  }
  readonly clock: Pick<Clock, 'wallMs'>
  readonly authenticator: Authenticator
  readonly tickets: Tickets
  /** Null when guest sign-in is switched off. */
  readonly guests: GuestIssuer | null
  readonly addressLimit: AddressLimit
  /** How often each person changes something, or asks what costs as much: 0 when they may, else the milliseconds after which they may. */
  readonly changeLimit: { take(userId: string): number }
  /** How often each person asks: 0 when they may, else the milliseconds after which they may. `cost`: as often as that. */
  readonly requestLimit: { take(userId: string, cost: number): number }
  /** What each person has under way; null: it is not limited. */
  readonly underWay: { readonly requests: UnderWay; readonly syncs: UnderWay } | null
  readonly origins: OriginPolicy
  readonly limits: SessionLimits
  readonly health: {
    isDraining(): boolean
    check(): Promise<readonly Check[]>
  }
  readonly metrics: Metrics
  readonly logger: Logger
  /** For the ids of rooms that are created without one. */
  readonly random: Random
  /** Gives others their turn in the midst of long work. */
  readonly scheduler: Pick<Scheduler, 'soon'>
  /** What all paths begin with: '' or '/chat'. */
  readonly basePath: string
  /** The folder with the built web app; null: none is served. */
  readonly web: { readonly root: string } | null
}

/** What comes with a request beside itself, and what is found out about it on the way. */
export type HttpEnv = {
  Bindings: RequestBindings
  Variables: {
    /** Who asks; set once their token was accepted. */
    identity: Identity
  }
}

/** The second argument of `fetch`: what `@hono/node-server` gives. */
export interface RequestBindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } }
  readonly outgoing?: Outgoing
}
