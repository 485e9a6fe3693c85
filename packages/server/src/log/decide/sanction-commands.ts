import { canModerate, canRemoveMember, type Refusal } from '@holdfast/protocol'
import { type Entrance, enter, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import { append, type Decision, type Grounds, refuse, type SideRow, turnAway, unchanged } from './decision.ts'
import { refuseRank } from './member-commands.ts'
import { leaveEvents } from './membership.ts'

type Sanctioning = LogCommandOf<'ban.put' | 'ban.remove' | 'mute.put' | 'mute.remove'>

/** Keeps somebody out, in the room now or not; a member leaves with it. */
export function putBan(command: LogCommandOf<'ban.put'>, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  const moderator = enterAsModerator(command, grounds)
  if (isRefusal(moderator)) return turnAway(moderator)
  const refusal = refuseTarget(command, moderator, grounds, 'ban this person')
  if (refusal !== null) return refusal
  const { room } = moderator
  const rows: SideRow[] = [
    { kind: 'ban', userId: command.userId, ban: { until: command.until, reason: command.reason } },
  ]
  const target = facts.member(room, command.userId)
  if (target === null) return unchanged(room, undefined, rows)
  const how = { reason: 'banned', at: stamper.at(room.lastAt), by: command.actor.userId } as const
  return append(room, leaveEvents(facts, room, target, how), undefined, rows)
}

/** Lets somebody in again; they do not become a member by it. */
export function removeBan(command: LogCommandOf<'ban.remove'>, grounds: Grounds): Decision {
  const moderator = enterAsModerator(command, grounds)
  if (isRefusal(moderator)) return turnAway(moderator)
  return unchanged(moderator.room, undefined, [{ kind: 'ban', userId: command.userId, ban: null }])
}

/** Silences somebody. It outlasts leaving and joining again. */
export function putMute(command: LogCommandOf<'mute.put'>, grounds: Grounds): Decision {
  const moderator = enterAsModerator(command, grounds)
  if (isRefusal(moderator)) return turnAway(moderator)
  const refusal = refuseTarget(command, moderator, grounds, 'mute this person')
  if (refusal !== null) return refusal
  const mute = { until: command.until, reason: null }
  return unchanged(moderator.room, undefined, [{ kind: 'mute', userId: command.userId, mute }])
}

/** Lets somebody speak again. */
export function removeMute(command: LogCommandOf<'mute.remove'>, grounds: Grounds): Decision {
  const moderator = enterAsModerator(command, grounds)
  if (isRefusal(moderator)) return turnAway(moderator)
  return unchanged(moderator.room, undefined, [{ kind: 'mute', userId: command.userId, mute: null }])
}

function enterAsModerator(command: Sanctioning, { facts, stamper }: Grounds): Entrance | Refusal {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance) || canModerate(entrance.role)) return entrance
  return { code: 'forbidden', message: 'unable to do this; it takes an owner or an admin' }
}

/** Not oneself, not somebody of one's own rank or higher, and not until a moment that is over. */
function refuseTarget(
  command: LogCommandOf<'ban.put' | 'mute.put'>,
  { room, role }: Entrance,
  { facts, stamper }: Grounds,
  action: string,
): Decision | null {
  if (command.until !== null && command.until <= stamper.now()) {
    return refuse('bad_request', `unable to ${action}; until is over already`)
  }
  const target = facts.member(room, command.userId)
  const isAllowed = command.userId !== command.actor.userId && canRemoveMember(role, target?.role ?? 'member')
  return isAllowed ? null : refuseRank(action)
}
