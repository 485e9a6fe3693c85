import { canChangeRole, canModerate, canRemoveMember, type Member, type Role, type RoomEvent } from '@holdfast/protocol'
import { type Entrance, enter, isInForce, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import type { MemberRow } from '../facts.ts'
import { append, type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'
import { admit, baseOf, leaveEvents, memberOf, roleOnEntry } from './membership.ts'

/** Joins a public room; again: changes nothing but a new display name. */
export function join(command: LogCommandOf<'member.join'>, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  const { actor } = command
  const entrance = enter(facts, command.roomId, actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room, member } = entrance
  const detail = { kind: 'room', room: facts.face(room), existed: false } as const
  if (member !== null) {
    if (member.name === actor.name) return unchanged(room, detail)
    return append(room, [renamed(grounds, entrance, member, actor.name, actor.userId)], detail)
  }
  if (room.type === 'direct') return refuse('forbidden', 'unable to join; a direct room takes nobody in')
  const joined: Member = { userId: actor.userId, name: actor.name, role: roleOnEntry(room, 'member') }
  return admit(grounds, room, joined, actor.userId, detail)
}

/** Leaves a room; somebody who is not in it has left already. */
export function leave(command: LogCommandOf<'member.leave'>, { facts, stamper }: Grounds): Decision {
  const { actor } = command
  const entrance = enter(facts, command.roomId, actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room, member } = entrance
  if (member === null) return unchanged(room)
  const how = { reason: 'left', at: stamper.at(room.lastAt), by: actor.userId } as const
  return append(room, leaveEvents(facts, room, member, how))
}

/** Adds somebody, or gives a member another role. A display name that has changed since is told with it. */
export function putMember(command: LogCommandOf<'member.put'>, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  if (!canModerate(entrance.role)) {
    return refuse('forbidden', 'unable to change the members; it takes an owner or an admin')
  }
  const target = facts.member(entrance.room, command.userId)
  return target === null ? addMember(command, entrance, grounds) : changeMember(command, entrance, target, grounds)
}

function addMember(command: LogCommandOf<'member.put'>, entrance: Entrance, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  const { actor, userId } = command
  const { room } = entrance
  if (room.type === 'direct') return refuse('forbidden', 'unable to add anybody; a direct room takes nobody in')
  if (isInForce(facts.ban(room, userId), stamper.now())) {
    return refuse('forbidden', 'unable to add this person; they are banned from the room')
  }
  const role = command.role ?? 'member'
  if (!canChangeRole(entrance.role, 'member', role)) return refuseRole()
  const name = nameNow(command, facts.userName(userId)) ?? userId
  const member: Member = { userId, name, role: roleOnEntry(room, role) }
  return admit(grounds, room, member, actor.userId, { kind: 'member', member })
}

function changeMember(
  command: LogCommandOf<'member.put'>,
  { room, role }: Entrance,
  target: MemberRow,
  { facts, stamper }: Grounds,
): Decision {
  const to: Role = command.role ?? target.role
  if (to !== target.role) {
    if (!canChangeRole(role, target.role, to)) return refuseRole()
    if (target.role === 'owner' && facts.ownerCount(room) === 1) {
      return refuse('conflict', 'unable to change the role; the room would be left without an owner')
    }
  }
  const name = nameNow(command, facts.userName(command.userId)) ?? target.name
  const member: Member = { userId: target.userId, name, role: to }
  const detail = { kind: 'member', member } as const
  if (to === target.role && name === target.name) return unchanged(room, detail)
  const base = baseOf(room, 0, stamper.at(room.lastAt), command.actor.userId)
  return append(room, [{ kind: 'member.updated', ...base, member }], detail)
}

/** Removes a member, or oneself. */
export function removeMember(command: LogCommandOf<'member.remove'>, grounds: Grounds): Decision {
  const { actor, roomId, userId } = command
  if (userId === actor.userId) return leave({ kind: 'member.leave', actor, roomId }, grounds)
  const { facts, stamper } = grounds
  const entrance = enter(facts, roomId, actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room, role } = entrance
  if (!canModerate(role)) return refuse('forbidden', 'unable to remove a member; it takes an owner or an admin')
  const target = facts.member(room, userId)
  if (target === null) return refuse('not_found', 'unable to remove the member; they are not in the room')
  if (!canRemoveMember(role, target.role)) return refuseRank('remove the member')
  const how = { reason: 'kicked', at: stamper.at(room.lastAt), by: actor.userId } as const
  return append(room, leaveEvents(facts, room, target, how))
}

/** What the person put is called now, as far as is known. */
function nameNow(command: LogCommandOf<'member.put'>, lastSeen: string | null): string | null {
  return command.userId === command.actor.userId ? command.actor.name : lastSeen
}

function renamed({ stamper }: Grounds, { room }: Entrance, member: MemberRow, name: string, by: string): RoomEvent {
  const base = baseOf(room, 0, stamper.at(room.lastAt), by)
  return { kind: 'member.updated', ...base, member: { ...memberOf(member), name } }
}

function refuseRole(): Decision {
  return refuse('forbidden', 'unable to give the role; it takes somebody of higher rank')
}

/** Kick, ban and mute reach only those of lower rank. */
export function refuseRank(action: string): Decision {
  return refuse('forbidden', `unable to ${action}; they are not of lower rank`)
}
