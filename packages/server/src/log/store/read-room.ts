import { type Cursor, type Message, type RoomListEntry, SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import type { Entrance } from '../access.ts'
import { formatHistory } from '../cursors.ts'
import { memberOf } from '../decide/membership.ts'
import type { MemberRow, RoomRow } from '../facts.ts'
import type { Opened, OpenRequest } from '../room-log.ts'
import type { OwnSnapshot, SharedSnapshot, Standing } from '../visit.ts'
import { DamagedRow } from './damaged-row.ts'
import { readsFor, shownIn } from './read-seen.ts'
import type { ReadRows } from './rows.ts'

/** Events alone when they bring the reader up to the head, else a snapshot. */
export function openRoom(entrance: Entrance, request: OpenRequest, rows: ReadRows, largeRoom: number): Opened {
  const { cursor, actor, window } = request
  const { room, member } = entrance
  if (isNear(room, cursor, request.delta) && cursor.seq >= rows.firstEventSeq(room) - 1) {
    const events = rows.eventsAfter(room, cursor.seq, request.delta)
    const standing = member === null ? null : positionOf(member)
    return { kind: 'delta', epoch: room.epoch, seq: room.lastSeq, events, standing }
  }
  const members = rows.membersAfter(room, 0, '', SNAPSHOT_MEMBERS)
  const own = ownPart(actor.userId, entrance, rows, () => shownIn(room, rows, largeRoom, () => members))
  return { kind: 'snapshot', snapshot: { ...sharedPart(room, window, rows, members), ...own } }
}

/** Whether a reader who stands there is brought up to date with at most `delta` events. */
export function isNear(room: RoomRow, cursor: Cursor | null, delta: number): cursor is Cursor {
  if (cursor === null || cursor.epoch !== room.epoch) return false
  return cursor.seq <= room.lastSeq && room.lastSeq - cursor.seq <= delta
}

/** What a snapshot tells everybody; `members`: the first that there are. */
export function sharedPart(
  room: RoomRow,
  window: number,
  rows: ReadRows,
  members: readonly MemberRow[],
): SharedSnapshot {
  const found = rows.messagesBefore(room, room.lastSeq + 1, window + 1)
  const messages = newest(found, window)
  const hasMore = found.length > messages.length
  return {
    roomId: room.roomId,
    epoch: room.epoch,
    seq: room.lastSeq,
    room: rows.face(room),
    members: members.map(memberOf),
    memberCount: room.memberCount,
    messages,
    hasMore,
    nextCursor: hasMore ? formatHistory({ direction: 'before', seq: messages[0]?.seq ?? room.lastSeq + 1 }) : null,
  }
}

/** What a snapshot tells one reader; `shown`: how far people show to have read. */
export function ownPart(
  userId: string,
  entrance: Entrance,
  rows: ReadRows,
  shown: () => ReadonlyMap<string, number>,
): OwnSnapshot {
  const { room, member } = entrance
  const { lastReadSeq, readRevision } = standingOf(entrance)
  return {
    reads: readsFor(userId, entrance, rows, shown),
    lastReadSeq,
    readRevision,
    unread: member === null ? 0 : rows.unread(room, member.userId, lastReadSeq),
  }
}

/** The line of one room in a list, for its member or for a reader. `onDamage`: as in `lastMessageOf`. */
export function listEntry(
  entrance: Entrance,
  userId: string,
  rows: ReadRows,
  onDamage: (fault: unknown) => void,
): RoomListEntry {
  const { room, member } = entrance
  const standing = standingOf(entrance)
  return {
    ...rows.face(room),
    seq: room.lastSeq,
    unread: member === null ? 0 : rows.unread(room, userId, standing.lastReadSeq),
    mentions: member === null ? 0 : rows.mentions(room, userId, standing.lastReadSeq),
    lastMessage: lastMessageOf(room, rows, onDamage),
    ...standing,
  }
}

/** Null where there is none, and where it is damaged, of which `onDamage` is told: a line does without. */
function lastMessageOf(room: RoomRow, rows: ReadRows, onDamage: (fault: unknown) => void): Message | null {
  try {
    return rows.messagesBefore(room, room.lastSeq + 1, 1)[0] ?? null
  } catch (fault) {
    if (!(fault instanceof DamagedRow)) throw fault
    onDamage(fault)
    return null
  }
}

/** Where a member stands for themselves. */
export function positionOf({ lastReadSeq, readRevision }: MemberRow): Standing {
  return { lastReadSeq, readRevision }
}

/** A reader who is no member keeps no position: nothing is unread to them. */
function standingOf({ room, member }: Entrance) {
  if (member === null) return { lastReadSeq: room.lastSeq, readRevision: 0, muted: false }
  const { lastReadSeq, readRevision, muted } = member
  return { lastReadSeq, readRevision, muted }
}

/** The last `count` of an ascending list. */
export function newest(messages: readonly Message[], count: number): Message[] {
  return messages.slice(Math.max(0, messages.length - count))
}
