import { type Message, type RoomListEntry, SNAPSHOT_MEMBERS, type Snapshot } from '@holdfast/protocol'
import type { Entrance } from '../access.ts'
import { formatHistory } from '../cursors.ts'
import { memberOf } from '../decide/membership.ts'
import type { MemberRow, RoomRow } from '../facts.ts'
import type { Opened, OpenRequest, Standing } from '../room-log.ts'
import { DamagedRow } from './damaged-row.ts'
import { readsFor } from './read-seen.ts'
import type { ReadRows } from './rows.ts'

/** Events alone when they bring the reader up to the head, else a snapshot. */
export function openRoom(entrance: Entrance, request: OpenRequest, rows: ReadRows, largeRoom: number): Opened {
  const { cursor } = request
  const { room, member } = entrance
  if (cursor !== null && cursor.epoch === room.epoch && cursor.seq <= room.lastSeq) {
    const isNear = room.lastSeq - cursor.seq <= request.delta && cursor.seq >= rows.firstEventSeq(room) - 1
    if (isNear) {
      const events = rows.eventsAfter(room, cursor.seq, request.delta)
      const standing = member === null ? null : positionOf(member)
      return { kind: 'delta', epoch: room.epoch, seq: room.lastSeq, events, standing }
    }
  }
  return { kind: 'snapshot', snapshot: snapshotOf(entrance, request, rows, largeRoom) }
}

/** A room with more members than `largeRoom` tells positions of a few alone. */
function snapshotOf(entrance: Entrance, request: OpenRequest, rows: ReadRows, largeRoom: number): Snapshot {
  const { room, member } = entrance
  const found = rows.messagesBefore(room, room.lastSeq + 1, request.window + 1)
  const messages = newest(found, request.window)
  const hasMore = found.length > messages.length
  const members = rows.membersAfter(room, 0, '', SNAPSHOT_MEMBERS)
  const { lastReadSeq, readRevision } = standingOf(entrance)
  return {
    roomId: room.roomId,
    epoch: room.epoch,
    seq: room.lastSeq,
    room: rows.face(room),
    members: members.map(memberOf),
    memberCount: room.memberCount,
    messages,
    reads: readsFor(request.actor.userId, entrance, rows, { listed: members, largeRoom }),
    lastReadSeq,
    unread: member === null ? 0 : rows.unread(room, member.userId, lastReadSeq),
    readRevision,
    hasMore,
    nextCursor: hasMore ? formatHistory({ direction: 'before', seq: messages[0]?.seq ?? room.lastSeq + 1 }) : null,
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
