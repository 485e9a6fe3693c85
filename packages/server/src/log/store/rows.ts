import type { Member, Message, Refusal, Room, RoomEvent } from '@holdfast/protocol'
import type { Facts, MemberRow, RoomRow, Sanction } from '../facts.ts'
import type { ActivityMark, NameMark } from '../list-order.ts'

/** The events that are rows of their own; a `message.created` is its message's row. */
export type OtherEvent = Exclude<RoomEvent, { kind: 'message.created' }>

/**
 * What a log answers that is asked to keep a room which is another's to keep. It comes to that only when two commands
 * in one batch want the same id, one for an ephemeral room and one for another: the second finds it taken.
 */
export const TAKEN: Refusal = { code: 'conflict', message: 'unable to create the room; its id is taken' }

/** One of a person's rooms, with what its line in the list tells. */
export interface MyRoom {
  readonly room: Room
  readonly seq: number
  readonly lastReadSeq: number
  readonly unread: number
  readonly mentions: number
  readonly lastMessage: Message | null
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
  /** Members with joinedSeq > `after` whose name holds `query` (lower case), in the order of joining. */
  membersAfter(room: RoomRow, after: number, query: string, limit: number): readonly MemberRow[]
  /** Newest activity first. */
  myRooms(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[]
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
  /** A new member's read position is `joinedSeq`. */
  insertMember(room: RoomRow, member: Member, joinedSeq: number): void
  updateMember(room: RoomRow, member: Member): void
  removeMember(room: RoomRow, userId: string): void
  setRead(room: RoomRow, userId: string, seq: number): void
  setBan(room: RoomRow, userId: string, ban: Sanction | null): void
  setMute(room: RoomRow, userId: string, mute: Sanction | null): void
  setUserName(userId: string, name: string): void
  /** The message, which is its `message.created` event too: the room is active at this moment. */
  insertMessage(room: RoomRow, message: Message, fingerprint: string): void
  /** The message's present state: text, reactions or pin have changed. */
  updateMessage(room: RoomRow, message: Message): void
  /** Keeps apart, for those allowed to audit, what event `seq` replaced. */
  keepReplaced(room: RoomRow, message: Message, seq: number): void
  /** `tombstone` is all that is left of `before`, of its edits, of what they replaced. */
  eraseMessage(room: RoomRow, before: Message, tombstone: Message): void
}
