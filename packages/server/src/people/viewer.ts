import type { Actor } from '../log/actor.ts'
import type { SharedText } from '../transport/shared-text.ts'

/** Somebody who is told how available others are. */
export interface PresenceViewer {
  /** Who it is: nobody is told of themselves that they are offline because they wish to appear so. */
  readonly actor: Actor
  /** Sends a `presence` frame. False when there is no room for it now, or it is over the viewer's budget: it was not sent. */
  presence(message: SharedText): boolean
}

/** The people whom some viewers are shown, and those viewers. Made by the directory of presence; harmless when used after `close`. */
export interface PresenceAudience {
  /** Shows exactly these people from now on; who is new is told to everybody. */
  show(userIds: readonly string[]): void
  /** One more person is shown, or one less. */
  add(userId: string): void
  remove(userId: string): void
  /**
   * Tells `viewer`, once they are known to be a member, of everybody shown who is not offline, then of each change; changes that come close together are one
   * frame. One that comes back is also told who went offline while it was away.
   */
  join(viewer: PresenceViewer): void
  leave(viewer: PresenceViewer): void
  /** Nobody is told any more. */
  close(): void
}
