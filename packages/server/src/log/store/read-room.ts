import { type Message, type RoomListEntry, SNAPSHOT_MEMBERS, type Snapshot } from '@holdfast/protocol'
import type { Entrance } from '../access.ts'
import { formatHistory } from '../cursors.ts'
import { memberOf } from '../decide/membership.ts'
import type { Opened, OpenRequest } from '../room-log.ts'
import type { MyRoom, ReadRows } from './rows.ts'

/** Events alone when they bring the reader up to the head, else a snapshot. */
export function openRoom({ room, member }: Entrance, request: OpenRequest, rows: ReadRows): Opened {
  const { cursor } = request
  if (cursor !== null && cursor.epoch === room.epoch && cursor.seq <= room.lastSeq) {
    const isNear = room.lastSeq - cursor.seq <= request.delta && cursor.seq >= rows.firstEventSeq(room) - 1
    if (isNear) {
      const events = rows.eventsAfter(room, cursor.seq, request.delta)
      return { kind: 'delta', epoch: room.epoch, seq: room.lastSeq, events }
    }
  }
  return { kind: 'snapshot', snapshot: snapshotOf({ room, member, role: null }, request, rows) }
}

function snapshotOf({ room, member }: Entrance, request: OpenRequest, rows: ReadRows): Snapshot {
  const found = rows.messagesBefore(room, room.lastSeq + 1, request.window + 1)
  const messages = newest(found, request.window)
  const hasMore = found.length > messages.length
  const members = rows.membersAfter(room, 0, '', SNAPSHOT_MEMBERS)
  // A reader who is no member keeps no position: nothing is unread to them.
  const lastReadSeq = member?.lastReadSeq ?? room.lastSeq
  return {
    roomId: room.roomId,
    epoch: room.epoch,
    seq: room.lastSeq,
    room: rows.face(room),
    members: members.map(memberOf),
    memberCount: room.memberCount,
    messages,
    reads: Object.fromEntries(members.map(row => [row.userId, row.lastReadSeq])),
    lastReadSeq,
    unread: member === null ? 0 : rows.unread(room, member.userId, lastReadSeq),
    hasMore,
    nextCursor: hasMore ? formatHistory({ direction: 'before', seq: messages[0]?.seq ?? room.lastSeq + 1 }) : null,
  }
}

/** The line of one room in a list, for its member or for a reader. */
export function listEntry({ room, member }: Entrance, userId: string, rows: ReadRows): RoomListEntry {
  const lastReadSeq = member?.lastReadSeq ?? room.lastSeq
  return {
    ...rows.face(room),
    seq: room.lastSeq,
    unread: member === null ? 0 : rows.unread(room, userId, lastReadSeq),
    mentions: member === null ? 0 : rows.mentions(room, userId, lastReadSeq),
    lastReadSeq,
    lastMessage: rows.messagesBefore(room, room.lastSeq + 1, 1)[0] ?? null,
  }
}

/** The same for one that was read with its whole list. */
export function entryOf(mine: MyRoom): RoomListEntry {
  const { room, seq, lastReadSeq, unread, mentions, lastMessage } = mine
  return { ...room, seq, unread, mentions, lastReadSeq, lastMessage }
}

/** The last `count` of an ascending list. */
export function newest(messages: readonly Message[], count: number): Message[] {
  return messages.slice(Math.max(0, messages.length - count))
}
