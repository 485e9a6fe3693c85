import type { Role } from './member.ts'

/**
 * Who may do what in a room: pure rules, used by the server inside its transaction and by clients to offer only what will
 * be allowed. `null` stands for somebody who is not a member. A token's `roles: ["admin"]` acts as an owner where the
 * server decides (see `ActorRole` there); sending always needs membership.
 */

const RANK: Record<Role, number> = { owner: 2, admin: 1, member: 0 }

/** Rename, topic, slow mode, metadata; pins; bans and mutes; adding people to a private room. */
export function canModerate(role: Role | null): boolean {
  return role === 'owner' || role === 'admin'
}

/** Members edit their own messages, nobody edits another's. */
export function canEditMessage(role: Role | null, isOwn: boolean): boolean {
  return role !== null && isOwn
}

/** Members delete their own messages; owners and admins also others'. */
export function canDeleteMessage(role: Role | null, isOwn: boolean): boolean {
  return (role !== null && isOwn) || canModerate(role)
}

/** Kick, ban, mute: only somebody of lower rank, so that an admin cannot remove an admin or the owner. */
export function canRemoveMember(role: Role | null, target: Role): boolean {
  return role !== null && canModerate(role) && RANK[role] > RANK[target]
}

/** Change `from` to `to`: both below one's own rank, but an owner may make others owners too. */
export function canChangeRole(role: Role | null, from: Role, to: Role): boolean {
  if (role === 'owner') return true
  return role === 'admin' && RANK[from] < RANK.admin && RANK[to] < RANK.admin
}

/** Deleting a room is its owner's. */
export function canDeleteRoom(role: Role | null): boolean {
  return role === 'owner'
}
