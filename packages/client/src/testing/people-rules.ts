import {
  canChangeRole,
  canModerate,
  canRemoveMember,
  type LeaveReason,
  type Member,
  type Role,
  type UpdateRoomBody,
} from '@holdfast/protocol'
import type { FakeRoom, NewEvent } from './fake-room.ts'
import { type Ruling, refuse, type Standing, write } from './rules.ts'

/** Joins a public room; again: nothing changes. */
export function rulingOnJoin({ room, userId, role }: Standing): Ruling {
  if (role !== null) return write()
  if (room.state.room.type === 'direct') return refuse('forbidden')
  return write({
    kind: 'member.joined',
    by: userId,
    member: { userId, name: userId, role: roleOnEntry(room, 'member') },
  })
}

/** Adds somebody, or gives a member another role. */
export function rulingOnPut({ room, userId: by, role }: Standing, userId: string, wanted: Role | undefined): Ruling {
  if (!canModerate(role)) return refuse('forbidden')
  const target = room.state.members.get(userId)
  if (target === undefined) {
    if (room.state.room.type === 'direct' || room.banned.has(userId)) return refuse('forbidden')
    if (!canChangeRole(role, 'member', wanted ?? 'member')) return refuse('forbidden')
    const member = { userId, name: userId, role: roleOnEntry(room, wanted ?? 'member') }
    return write({ kind: 'member.joined', by, member })
  }
  const to = wanted ?? target.role
  if (to === target.role) return write()
  if (!canChangeRole(role, target.role, to)) return refuse('forbidden')
  if (isLastOwner(room, target)) return refuse('conflict')
  return write({ kind: 'member.updated', by, member: { ...target, role: to } })
}

/** Removes a member. */
export function rulingOnRemove({ room, userId: by, role }: Standing, userId: string): Ruling {
  if (userId === by) return write(...leaving(room, userId, 'left', by))
  if (!canModerate(role)) return refuse('forbidden')
  const target = room.state.members.get(userId)
  if (target === undefined) return refuse('not_found')
  if (!canRemoveMember(role, target.role)) return refuse('forbidden')
  return write(...leaving(room, userId, 'kicked', by))
}

/** Keeps somebody out, in the room now or not; or, silenced, from speaking. */
export function rulingOnSanction(
  { room, userId: by, role }: Standing,
  userId: string,
  sanction: 'ban' | 'mute',
): Ruling {
  if (!canModerate(role)) return refuse('forbidden')
  const target = room.state.members.get(userId)
  if (!canRemoveMember(role, target?.role ?? 'member')) return refuse('forbidden')
  return sanction === 'ban' ? write(...leaving(room, userId, 'banned', by)) : write()
}

/** Name, topic, slow mode, metadata. */
export function rulingOnUpdate({ room, userId: by, role }: Standing, changes: UpdateRoomBody): Ruling {
  if (!canModerate(role)) return refuse('forbidden')
  const before = room.state.room
  const { name = before.name, topic = before.topic } = changes
  const { slowModeMs = before.slowModeMs, metadata = before.metadata } = changes
  const after = { ...before, name, topic, slowModeMs, metadata }
  return JSON.stringify(after) === JSON.stringify(before) ? write() : write({ kind: 'room.updated', by, room: after })
}

/** Somebody goes; and when the room had no other owner, the next in line becomes one. Nothing when they are not there. */
export function leaving(room: FakeRoom, userId: string, reason: LeaveReason, by: string): readonly NewEvent[] {
  const member = room.state.members.get(userId)
  if (member === undefined) return []
  const left = { kind: 'member.left', by, userId, reason } as const
  const others = [...room.state.members.values()].filter(other => other.userId !== userId)
  const heir = others.find(other => other.role === 'admin') ?? others[0]
  if (!isLastOwner(room, member) || heir === undefined) return [left]
  return [left, { kind: 'member.updated', by, member: { ...heir, role: 'owner' } }]
}

function isLastOwner(room: FakeRoom, { role }: Member): boolean {
  return role === 'owner' && [...room.state.members.values()].filter(other => other.role === 'owner').length === 1
}

/** A room with members is never without an owner. */
function roleOnEntry(room: FakeRoom, role: Role): Role {
  return room.state.memberCount === 0 ? 'owner' : role
}
