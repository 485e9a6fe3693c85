import { type ActivityMark, compareActivity, compareNames, foldCase, nameMarkOf } from '../list-order.ts'
import type { MyRoom, OpenRoom, OpenRoomsRequest } from '../store/rows.ts'
import type { MemoryRoom } from './memory-room.ts'

/** A page of rooms, newest activity first. */
export function byActivity(
  rooms: Iterable<MemoryRoom>,
  after: ActivityMark | null,
  limit: number,
): readonly MemoryRoom[] {
  const markOf = ({ row }: MemoryRoom): ActivityMark => ({ at: row.activeAt, roomId: row.roomId })
  return [...rooms]
    .filter(room => after === null || compareActivity(after, markOf(room)) < 0)
    .sort((a, b) => compareActivity(markOf(a), markOf(b)))
    .slice(0, limit)
}

/** A member's line of a room; anybody else has none. */
export function lineOf(held: MemoryRoom, userId: string): readonly MyRoom[] {
  const { face, row, messages } = held
  const member = held.members.get(userId)
  if (member === undefined) return []
  const { lastReadSeq, readRevision, muted } = member
  const counts = { unread: held.unread(userId, lastReadSeq), mentions: held.mentions(userId, lastReadSeq) }
  const own = { lastReadSeq, readRevision, muted }
  const lastMessage = messages.at(-1) ?? null
  return [{ room: face, seq: row.lastSeq, activeAt: row.activeAt, lastMessage, ...own, ...counts }]
}

/** A page of the public rooms that a person may join, by name. */
export function byName(rooms: Iterable<MemoryRoom>, request: OpenRoomsRequest): readonly OpenRoom[] {
  const { after, limit } = request
  return [...rooms]
    .filter(room => isOpenTo(room, request) && (after === null || compareNames(after, nameMarkOf(room.face)) < 0))
    .sort((a, b) => compareNames(nameMarkOf(a.face), nameMarkOf(b.face)))
    .slice(0, limit)
    .map(({ row, face }) => ({ room: face, memberCount: row.memberCount }))
}

function isOpenTo({ row, face, members, bans }: MemoryRoom, { userId, now, query }: OpenRoomsRequest): boolean {
  const ban = bans.get(userId)
  const isOut = ban !== undefined && (ban.until === null || ban.until > now)
  return row.type === 'public' && !members.has(userId) && !isOut && foldCase(face.name).includes(query)
}
