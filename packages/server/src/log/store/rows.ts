import type { InboxEntry, Member, Message, PersonSettings, Refusal, Room, RoomEvent } from '@holdfast/protocol'
import type { InboxMark } from '../cursors.ts'
import type { Facts, ReadPosition, RoomRow, Sanction } from '../facts.ts'
import type { ActivityMark, NameMark } from '../list-order.ts'

/** The events that are rows of their own; a `message.created` is its message's row. */
export type OtherEvent = Exclude<RoomEvent, { kind: 'message.created' }>

/**
 * What a log answers that is asked to keep a room which is another's to keep. It comes to that only when two commands
 * in one batch want the same id, one for an ephemeral room and one for another: the second finds it taken.
 */
export const TAKEN: Refusal = { code: 'conflict', message: 'unable to create the room; its id is taken' }

/** One of a person's rooms, with what its line in the list tells. */
export interface MyRoom extends Omit<InboxEntry, 'roomId' | 'name' | 'type'> {
  readonly room: Room
}

/** Somebody's position as others see it. */
export interface ShownPosition {
  readonly userId: string
  readonly seq: number
}

/** Which public rooms to list: `query`, in lower case, is anywhere in the name. */
export interface OpenRoomsRequest {
  readonly userId: string
  readonly now: number
  readonly after: NameMark | null
  readonly query: string
  readonly limit: number
}

/** A public room that may be joined. */
export interface OpenRoom {
  readonly room: Room
  readonly memberCount: number
}

/** What a store that answers at once can be asked, all within one snapshot. Every answer is bounded by its `limit`. */
export interface ReadRows extends Facts {
  /** Events with seq > `after`, ascending; each as it was written, but emptied where its message is deleted. */
  eventsAfter(room: RoomRow, after: number, limit: number): readonly RoomEvent[]
  /** The oldest seq that `eventsAfter` can still give: 1, unless the room forgets. */
  firstEventSeq(room: RoomRow): number
  /** The latest messages with seq < `before`, ascending, in their present state. */
  messagesBefore(room: RoomRow, before: number, limit: number): readonly Message[]
  /** The first messages with seq > `after`, ascending, in their present state. */
  messagesAfter(room: RoomRow, after: number, limit: number): readonly Message[]
  /** Undeleted messages by others with seq > `after`, counted up to UNREAD_CAP. */
  unread(room: RoomRow, userId: string, after: number): number
  /** Those of them that mention the person. */
  mentions(room: RoomRow, userId: string, after: number): number
  /** Newest activity first. */
  myRooms(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[]
  /** Those of the rooms named that the person is in, in no order. */
  myRoomsAmong(userId: string, roomIds: readonly string[]): readonly MyRoom[]
  /** The person's rooms whose line was changed by a transaction later than `count`, in no order. */
  myRoomsSince(userId: string, count: number, limit: number): readonly MyRoom[]
  /** How many rooms the person is in. */
  myRoomCount(userId: string): number
  /** Newest activity first. */
  myRoomIds(userId: string, limit: number): readonly string[]
  /**
   * The transaction that last changed anything that a line tells. Each that does has the next number, and marks with it the
   * rooms and the members whose lines it changed.
   */
  changes(): InboxMark
  /** Those of `userIds` that are in a room with the person. */
  acquainted(userId: string, userIds: readonly string[]): readonly string[]
  /** Who shows to have read as far as `seq`, but `without`: the furthest first, then those in the room longest. */
  seenBy(room: RoomRow, seq: number, without: string, limit: number): readonly ShownPosition[]
  /** By name; neither those that the person is in nor those that keep them out. */
  openRooms(request: OpenRoomsRequest): readonly OpenRoom[]
}

/** What a transaction can write. It sees its own writes. */
export interface WriteRows extends ReadRows {
  /** The room was active at the moment of its creation. */
  insertRoom(room: Room, epoch: string, directKey: string | null): void
  updateRoom(room: RoomRow, face: Room): void
  /** Everything of the room goes; its id stays taken, the people of a direct room are free to make another. */
  eraseRoom(room: RoomRow): void
  /** The log stands at `seq` now, stamped `at`. */
  advance(room: RoomRow, seq: number, at: number): void
  insertEvent(room: RoomRow, event: OtherEvent): void
  /** A new member's read position is `joinedSeq`; `isShown`: others see it. The revision is that of when they left. */
  insertMember(room: RoomRow, member: Member, joinedSeq: number, isShown: boolean): void
  updateMember(room: RoomRow, member: Member): void
  removeMember(room: RoomRow, userId: string): void
  setRead(room: RoomRow, userId: string, position: ReadPosition): void
  setNotifications(room: RoomRow, userId: string, muted: boolean): void
  setBan(room: RoomRow, userId: string, ban: Sanction | null): void
  setMute(room: RoomRow, userId: string, mute: Sanction | null): void
  setUserName(userId: string, name: string): void
  /** Who does not show how far they have read shows it in no room from here on. */
  setSettings(userId: string, settings: PersonSettings): void
  /** The message, which is its `message.created` event too: the room is active at this moment. */
  insertMessage(room: RoomRow, message: Message, fingerprint: string): void
  /** The message's present state: reactions or pin have changed. */
  updateMessage(room: RoomRow, message: Message): void
  /** Text or mentions have changed. What event `seq` replaced is kept apart, for those allowed to audit. */
  editMessage(room: RoomRow, before: Message, after: Message, seq: number): void
  /** `tombstone` is all that is left of `before`, of its edits, of what they replaced. */
  eraseMessage(room: RoomRow, before: Message, tombstone: Message): void
}
