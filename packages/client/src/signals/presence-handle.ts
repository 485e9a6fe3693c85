import type { PresenceStatus, PresenceUser } from '@holdfast/protocol'
import type { Readable } from '../readable.ts'

/** How available people are, and how I wish to be seen. */
export interface Presence extends Readable<PresenceView> {
  /**
   * Keeps being told of these people, besides those of opened rooms, until the returned function is called (which may be
   * called twice). At most 200 in all are watched, those asked for first; of whom I share no room with nothing is told,
   * and what can be no userId is left out.
   */
  watch(userIds: readonly string[]): () => void
  /**
   * How I wish to be seen by way of this client. It stays until changed, reconnects included; null goes back to what the idle
   * detector says. Over several devices the most available one wins: to be offline to everybody whatever another device does
   * is a setting (`appearOffline`).
   */
  setStatus(status: WishedStatus | null): void
  /**
   * What I say about myself, on all devices. Null, or an empty text: nothing.
   *
   * @throws HoldfastError `too_large` when it has more than 256 bytes.
   */
  setCustomStatus(text: string | null): void
  /** I wish not to be disturbed until then, in milliseconds (rounded up) since the Unix epoch, on all devices. Null: no such wish. */
  setDoNotDisturb(until: number | null): void
  /**
   * Members of a room who are online or have been since `since` (milliseconds since the Unix epoch), the most recent first,
   * at most 100. Rejects with a `HoldfastError`.
   */
  onlineSince(roomId: string, since: number): Promise<readonly PresenceUser[]>
}

/** A status that is chosen and not found out. */
export type WishedStatus = 'away' | 'busy' | 'offline'

/** What is known of people now. Immutable; whatever did not change keeps its identity. */
export interface PresenceView {
  /** By userId. Of somebody who is not in it nothing is known: show nothing. Empty while there is no connection. */
  readonly people: ReadonlyMap<string, PresenceUser>
  readonly mine: MyPresence
}

/** How this person is seen by way of this client. */
export interface MyPresence {
  /** The wish, or else what the idle detector says: `online` or `away`. */
  readonly status: PresenceStatus
  readonly wish: WishedStatus | null
  /** Nobody has touched any tab of this person for as long as the option `idle` says. */
  readonly isIdle: boolean
  readonly customStatus: string | null
  /** Milliseconds since the Unix epoch. It may be over: compare it with the time. */
  readonly dndUntil: number | null
}
