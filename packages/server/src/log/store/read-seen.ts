import { SEEN_CAP, type SeenAnswer, SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import { type Entrance, refuseToTellSeen } from '../access.ts'
import type { MemberRow, RoomRow } from '../facts.ts'
import { type Answer, FURTHEST_READS, type SeenByRequest } from '../room-log.ts'
import type { ReadRows } from './rows.ts'

/** How far people show to have read: the members that a snapshot lists, and in a large room those who have read furthest. */
export function shownIn(
  room: RoomRow,
  rows: ReadRows,
  largeRoom: number,
  listed: () => readonly MemberRow[] = () => rows.membersAfter(room, 0, '', SNAPSHOT_MEMBERS),
): Map<string, number> {
  if (room.memberCount > largeRoom) {
    return new Map(rows.seenBy(room, 0, '', FURTHEST_READS).map(({ userId, seq }) => [userId, seq]))
  }
  return new Map(listed().flatMap(({ userId, seenSeq, isShown }) => (isShown ? [[userId, seenSeq]] : [])))
}

/** What a snapshot tells of `shown`. One's own position always, as it is; who does not show theirs sees nobody else's. */
export function readsFor(
  userId: string,
  { member }: Entrance,
  rows: ReadRows,
  shown: () => ReadonlyMap<string, number>,
): Record<string, number> {
  const { readReceipts } = rows.settings(userId)
  const reads = new Map(readReceipts ? shown() : [])
  if (member !== null) reads.set(userId, member.lastReadSeq)
  return Object.fromEntries(reads)
}

/** Who but its sender has read as far as a message; in a large room nobody is named. */
export function seenBy(
  { room }: Entrance,
  { actor, messageId, names }: SeenByRequest,
  rows: ReadRows,
  largeRoom: number,
): Answer<SeenAnswer> {
  if (!rows.settings(actor.userId).readReceipts) {
    return { ok: false, refusal: refuseToTellSeen() }
  }
  const message = rows.message(room, messageId)
  if (message === null) {
    const reason = 'unable to find the message; it is not in the room'
    return { ok: false, refusal: { code: 'not_found', message: reason } }
  }
  const seen = rows.seenBy(room, message.seq, message.senderId, SEEN_CAP)
  const named = room.memberCount > largeRoom ? 0 : names
  return { ok: true, value: { count: seen.length, userIds: seen.slice(0, named).map(position => position.userId) } }
}
