import type {
  Member,
  MemberPage,
  MessageType,
  Role,
  Room,
  SeenAnswer,
  SendResult,
  UpdateRoomBody,
} from '@holdfast/protocol'
import type { Readable } from './readable.ts'
import type { RoomView } from './store/room-view.ts'

/**
 * One room: what it shows, and everything that can be done in it. The promises reject with a `HoldfastError`.
 * What goes over the connection waits for it up to 30 s, then rejects with `timeout`.
 */
export interface RoomHandle extends Readable<RoomView> {
  readonly id: string
  /**
   * Keeps the room read and current until the returned function is called (which may be called twice). The room stays
   * subscribed while anybody holds it, and what it shows is kept afterwards, so that opening it again resumes.
   */
  open(): () => void
  /**
   * Writes a message. It is in the timeline at once and goes out as soon as it can, in the order written, however long
   * that takes; being offline is no failure. Never throws.
   */
  send(content: string, options?: SendOptions): SendHandle
  /** Sends a failed message again, behind those that wait now. Nothing happens to one that has not failed. */
  retry(clientId: string): void
  /** Gives a message up. One that is on its way right now may still arrive. */
  discard(clientId: string): Promise<void>
  /** Whom the message mentions stays, unless `mentions` says otherwise. */
  edit(messageId: string, content: string, options?: EditOptions): Promise<void>
  delete(messageId: string): Promise<void>
  react(messageId: string, key: string): Promise<void>
  unreact(messageId: string, key: string): Promise<void>
  pin(messageId: string): Promise<void>
  unpin(messageId: string): Promise<void>
  /** Reads the next older page of history. Single flight; nothing when `hasMore` is false. */
  loadOlder(): Promise<void>
  /**
   * This person has read up to `seq`; default: to the newest message held. Never goes back; told to the server at most twice
   * a second. Does nothing while `isMarkedUnread`, which sending ends.
   */
  markRead(seq?: number): void
  /** The message of this seq and those after it are unread to me again, on all devices. What others were shown stays. */
  markUnread(seq: number): Promise<void>
  /** Whether I do not wish to be called by what happens here, on all devices. */
  setMuted(muted: boolean): Promise<void>
  /** Who but its sender has read as far as the message. In a large room nobody is named. `forbidden` to who does not show how far they read. */
  seenBy(messageId: string): Promise<SeenAnswer>
  /** A key fell in this room's composer. Told to the others at most every 2 s, and that it stopped after 3 s without a call. */
  typing(): void
  /** Typing has stopped: on blur, say. Sending, and letting the room go, do it by themselves. */
  stopTyping(): void
  /** Joins a public room. */
  join(): Promise<void>
  leave(): Promise<void>
  /** Name, topic, slow mode, metadata: owners and admins. What is left out stays. */
  update(changes: UpdateRoomBody): Promise<Room>
  /** Deletes the room for everyone: its owner. */
  remove(): Promise<void>
  readonly members: RoomMembers
}

export interface SendOptions {
  /** The id of the message of this room that it answers. */
  readonly replyTo?: string | null
  /** The userIds it mentions, at most 50. */
  readonly mentions?: readonly string[]
  /** Default `text`. */
  readonly kind?: MessageType
}

export interface EditOptions {
  /** The userIds that it mentions from now on, at most 50. */
  readonly mentions?: readonly string[]
}

/** A message on its way. */
export interface SendHandle {
  /** Names the message in its timeline row, for `retry` and `discard`. */
  readonly clientId: string
  /**
   * Resolves once the message is durable. Rejects with a `HoldfastError` when the server refuses it for good or it is
   * discarded; a later `retry` does not change that. It may be left alone: an unheard rejection is no unhandled one.
   */
  readonly acknowledged: Promise<SendResult>
}

/** The members of a room, over HTTP. */
export interface RoomMembers {
  /** A page of members; `query` filters by name. */
  list(options?: { readonly cursor?: string; readonly query?: string }): Promise<MemberPage>
  /** Adds somebody, or changes their role. */
  put(userId: string, role?: Role): Promise<Member>
  remove(userId: string): Promise<void>
  /** Removes somebody and keeps them out until `until` (milliseconds since the Unix epoch; left out: for good). */
  ban(userId: string, options?: { readonly reason?: string; readonly until?: number }): Promise<void>
  unban(userId: string): Promise<void>
  /** Keeps somebody from sending until `until` (milliseconds since the Unix epoch; left out: for good). */
  mute(userId: string, options?: { readonly until?: number }): Promise<void>
  unmute(userId: string): Promise<void>
}
