import { enter, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import { type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'

/** Moves the reader's position: only forward, and not past the log's end. */
export function markRead(command: LogCommandOf<'room.read'>, { facts, stamper }: Grounds): Decision {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room, member } = entrance
  if (member === null) return refuse('forbidden', 'unable to keep a read position; it takes joining the room')
  const seq = Math.min(command.seq, room.lastSeq)
  if (seq <= member.lastReadSeq) {
    return unchanged(room, { kind: 'read', lastReadSeq: member.lastReadSeq, moved: false })
  }
  const rows = [{ kind: 'read', userId: member.userId, seq }] as const
  return unchanged(room, { kind: 'read', lastReadSeq: seq, moved: true }, rows)
}
