import type { LeaveReason, Member, Role, RoomEvent } from '@holdfast/protocol'
import type { Facts, MemberRow, RoomRow } from '../facts.ts'
import type { OutcomeDetail } from '../outcome.ts'
import { append, type Decision, type Grounds, type SideRow } from './decision.ts'

/** The base of a command's `n`th event (0 the first): its place, its stamp, who did it. */
export function baseOf(room: RoomRow, n: number, at: number, by: string): { seq: number; at: number; by: string } {
  return { seq: room.lastSeq + 1 + n, at, by }
}

/** The public face of a member's row. */
export function memberOf(row: MemberRow): Member {
  return { userId: row.userId, name: row.name, role: row.role }
}

/** Who comes into a room that everybody has left becomes its owner: a room with members is never without one. */
export function roleOnEntry(room: RoomRow, role: Role): Role {
  return room.memberCount === 0 ? 'owner' : role
}

/**
 * Somebody comes in. A ban of theirs that has ended is taken away with it, so that a clock that is set back does not bring
 * it back upon a member.
 */
export function admit(
  { facts, stamper }: Grounds,
  room: RoomRow,
  member: Member,
  by: string,
  detail: OutcomeDetail,
): Decision {
  const base = baseOf(room, 0, stamper.at(room.lastAt), by)
  const hasBan = facts.ban(room, member.userId) !== null
  const rows: readonly SideRow[] = hasBan ? [{ kind: 'ban', userId: member.userId, ban: null }] : []
  return append(room, [{ kind: 'member.joined', ...base, member }], detail, rows)
}

/**
 * Somebody goes; and when the room had no other owner, the next in line becomes one, so that it does not stay without.
 */
export function leaveEvents(
  facts: Facts,
  room: RoomRow,
  leaver: MemberRow,
  how: { readonly reason: LeaveReason; readonly at: number; readonly by: string },
): readonly RoomEvent[] {
  const left: RoomEvent = {
    kind: 'member.left',
    ...baseOf(room, 0, how.at, how.by),
    userId: leaver.userId,
    reason: how.reason,
  }
  if (leaver.role !== 'owner' || facts.ownerCount(room) > 1) return [left]
  const heir = facts.heir(room, leaver.userId)
  if (heir === null) return [left]
  const member: Member = { ...memberOf(heir), role: 'owner' }
  return [left, { kind: 'member.updated', ...baseOf(room, 1, how.at, how.by), member }]
}
