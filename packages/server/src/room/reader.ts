import type { Cursor, DetachCode, Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { SharedText } from '../transport/shared-text.ts'

/** One connected client as a room sees it. */
export interface Reader {
  readonly actor: Actor
  /** Sends a frame of the room. False when the reader's budget is used up; it has then ended those subscriptions that had begun. */
  offer(message: SharedText): boolean
  /** Whether a frame of so many bytes would be taken now. */
  hasRoomFor(bytes: number): boolean
  /** Resolves with true when it would; with false when none will be taken any more. */
  whenRoomFor(bytes: number): Promise<boolean>
  /** Sends a frame that may be lost. False when there is no room for it now: it was not sent. */
  signal(message: SharedText): boolean
  /** The same for presence, which has a budget of its own. */
  presence(message: SharedText): boolean
}

/** What a reader asks for when it opens a room, and whom to tell what became of it. Exactly one of `onRefused` and `onDetached` is called, last, unless the reader ends the subscription itself. */
export interface OpenRoom {
  readonly roomId: string
  readonly reader: Reader
  readonly ref: string | undefined
  readonly cursor: Cursor | null
  /** Latest messages wanted if it comes to a snapshot. */
  readonly window: number
  /** `room.live` was sent. */
  onLive(): void
  onRefused(refusal: Refusal): void
  onDetached(code: DetachCode): void
  /** Something went wrong that is no refusal. The subscription has ended. */
  onFailed(error: unknown): void
}
