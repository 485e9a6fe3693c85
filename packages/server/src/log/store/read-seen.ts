import { SEEN_CAP, type SeenAnswer } from '@holdfast/protocol'
import { type Entrance, refuseToTellSeen } from '../access.ts'
import type { MemberRow } from '../facts.ts'
import type { Answer, SeenByRequest } from '../room-log.ts'
import type { ReadRows } from './rows.ts'

/** How many positions of others a large room tells: with two, everybody sees one that is not their own. */
const FURTHEST = 2

/**
 * How far people have read, as far as they show it: of the members listed, and in a large room of those who have read
 * furthest. One's own position always; who does not show theirs sees nobody else's.
 */
export function readsFor(
  userId: string,
  { room, member }: Entrance,
  rows: ReadRows,
  { listed, largeRoom }: { readonly listed: readonly MemberRow[]; readonly largeRoom: number },
): Record<string, number> {
  const reads = new Map<string, number>()
  if (rows.settings(userId).readReceipts) {
    const shown =
      room.memberCount > largeRoom
        ? rows.seenBy(room, 0, '', FURTHEST)
        : listed.flatMap(other => (other.isShown ? [{ userId: other.userId, seq: other.seenSeq }] : []))
    for (const position of shown) reads.set(position.userId, position.seq)
  }
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
