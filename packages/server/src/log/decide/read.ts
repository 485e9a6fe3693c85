import { type Entrance, enter, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import type { MemberRow, ReadPosition, RoomRow } from '../facts.ts'
import type { OutcomeDetail } from '../outcome.ts'
import { type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'

/**
 * Moves the reader's position, and what others see of it: each only forward, and not past the log's end. A reader who does
 * not know yet that messages were marked unread again is late, and moves nothing.
 */
export function markRead(command: LogCommandOf<'room.read'>, grounds: Grounds): Decision {
  const standing = enterAsReader(command, grounds)
  if ('outcome' in standing) return standing
  const { room, member } = standing
  if (command.readRevision !== null && command.readRevision < member.readRevision) return stay(room, member)
  const seq = Math.min(command.seq, room.lastSeq)
  const { readReceipts } = grounds.facts.settings(member.userId)
  return move(room, member, {
    lastReadSeq: Math.max(member.lastReadSeq, seq),
    readRevision: member.readRevision,
    seenSeq: readReceipts ? Math.max(member.seenSeq, seq) : member.seenSeq,
    isShown: readReceipts,
  })
}

/**
 * The messages from `seq` on are unread to the reader again, also what was there before they joined. It begins a new
 * revision, so that positions told before it do not undo it; what others have seen them to have read stays.
 */
export function markUnread(command: LogCommandOf<'room.unread'>, grounds: Grounds): Decision {
  const standing = enterAsReader(command, grounds)
  if ('outcome' in standing) return standing
  const { room, member } = standing
  const lastReadSeq = Math.max(0, Math.min(command.seq, room.lastSeq + 1) - 1)
  if (lastReadSeq >= member.lastReadSeq) return stay(room, member)
  const { readRevision, seenSeq, isShown } = member
  return move(room, member, { lastReadSeq, readRevision: readRevision + 1, seenSeq, isShown })
}

/** A member in front of a room. */
type Standing = Entrance & { readonly member: MemberRow }

function enterAsReader(
  command: LogCommandOf<'room.read' | 'room.unread'>,
  { facts, stamper }: Grounds,
): Standing | Decision {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { member } = entrance
  if (member === null) return refuse('forbidden', 'unable to keep a read position; it takes joining the room')
  return { ...entrance, member }
}

function move(room: RoomRow, before: MemberRow, after: ReadPosition): Decision {
  const isSame =
    after.lastReadSeq === before.lastReadSeq &&
    after.readRevision === before.readRevision &&
    after.seenSeq === before.seenSeq &&
    after.isShown === before.isShown
  if (isSame) return stay(room, before)
  const rows = [{ kind: 'read', userId: before.userId, position: after }] as const
  return unchanged(room, detailOf(after, true), rows)
}

function stay(room: RoomRow, position: ReadPosition): Decision {
  return unchanged(room, detailOf(position, false))
}

function detailOf({ lastReadSeq, readRevision, seenSeq, isShown }: ReadPosition, moved: boolean): OutcomeDetail {
  return { kind: 'read', lastReadSeq, readRevision, moved, shownSeq: isShown ? seenSeq : null }
}
