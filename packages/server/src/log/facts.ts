import type { Message, PersonSettings, Refusal, Role, Room, RoomType } from '@holdfast/protocol'
import type { Actor } from './actor.ts'

/** What is stored of a room beside its public face. */
export interface RoomRow {
  /** The store's own short name for the room. */
  readonly key: number
  readonly roomId: string
  readonly epoch: string
  readonly lastSeq: number
  /** `at` of the last event. */
  readonly lastAt: number
  /** When the last message was made, or the room: what a list of rooms goes by. */
  readonly activeAt: number
  readonly type: RoomType
  readonly slowModeMs: number
  readonly memberCount: number
  /** Nothing of the room is left but this row, which keeps its id from being used again. */
  readonly isDeleted: boolean
}

/** How far a person has read in a room. */
export interface ReadPosition {
  /** What is behind it is unread to them. */
  readonly lastReadSeq: number
  /** How often they have marked messages unread again; it outlasts leaving and coming back. */
  readonly readRevision: number
  /** The furthest that others have seen them to have read, or could have; it never goes back. */
  readonly seenSeq: number
  /** Whether others see `seenSeq`. */
  readonly isShown: boolean
}

/** What is stored of a person in a room. */
export interface MemberRow extends ReadPosition {
  readonly userId: string
  readonly name: string
  readonly role: Role
  /** The seq of the `member.joined` event: members are listed in this order. */
  readonly joinedSeq: number
  /** They do not wish to be called by what happens in the room. */
  readonly muted: boolean
}

/** Kept out, or kept silent. `until`: ms since the epoch when it ends by itself; null: never. */
export interface Sanction {
  readonly until: number | null
  readonly reason: string | null
}

/** The first send of a `clientId`: what its ack was, and what it said. */
export interface SentRow {
  readonly messageId: string
  readonly seq: number
  readonly at: number
  /** See `fingerprintOf`. */
  readonly fingerprint: string
}

/**
 * What a decision may ask about what is stored, answered from inside the transaction, the effects of the batch so far
 * included.
 *
 * Each question's key comes from the command alone (its room, actor, ids), never from another answer. A store that
 * cannot answer at once can therefore load the answers for a whole batch before the first decision is made.
 */
export interface Facts {
  /** The row of this id, a deleted room's too; null when there never was one. */
  room(roomId: string): RoomRow | null
  /** The room as its readers see it. */
  face(room: RoomRow): Room
  member(room: RoomRow, userId: string): MemberRow | null
  /** Members with joinedSeq > `after` whose name holds `query` (lower case), in the order of joining. */
  membersAfter(room: RoomRow, after: number, query: string, limit: number): readonly MemberRow[]
  /** How many owners the room has. */
  ownerCount(room: RoomRow): number
  /**
   * Who becomes owner when `leaving`, the only one, goes: the admin of longest standing, else the member; null: nobody
   * is left.
   */
  heir(room: RoomRow, leaving: string): MemberRow | null
  /** The ban, be it over or not. */
  ban(room: RoomRow, userId: string): Sanction | null
  /** The mute, be it over or not. */
  mute(room: RoomRow, userId: string): Sanction | null
  message(room: RoomRow, messageId: string): Message | null
  /** Whether the message is there, be it damaged or not. */
  holdsMessage(room: RoomRow, messageId: string): boolean
  sent(room: RoomRow, senderId: string, clientId: string): SentRow | null
  /**
   * When the sender's latest message after `since` was made; null when there is none among the room's last
   * `SLOW_MODE_LOOK_BACK`.
   */
  lastMessageAt(room: RoomRow, senderId: string, since: number): number | null
  /** The room of exactly these people; see `directKeyOf`. */
  directRoom(directKey: string): RoomRow | null
  /** Why the store takes no new room of this kind by this person now; null: it takes it. */
  refuseRoom(ephemeral: boolean, creator: Actor): Refusal | null
  /** The display name by which a person was last seen. */
  userName(userId: string): string | null
  /** What a person has settled for themselves; `DEFAULT_SETTINGS` when nothing. */
  settings(userId: string): PersonSettings
}

/** Of a person who has settled nothing. */
export const DEFAULT_SETTINGS: PersonSettings = { readReceipts: true, appearOffline: false }

/**
 * How many of a room's latest messages slow mode looks at for somebody's own. Every send of a member pays for it, so
 * that it is small: 500 rows take half a millisecond. Where more than this are written within one wait,
 * somebody may write again once so many came after theirs.
 */
export const SLOW_MODE_LOOK_BACK = 500

/** Names a set of people, whatever their order. */
export function directKeyOf(userIds: Iterable<string>): string {
  return JSON.stringify([...new Set(userIds)].sort())
}
