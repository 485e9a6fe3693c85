import type { Refusal, Role } from '@holdfast/protocol'
import type { Actor } from './actor.ts'
import type { Facts, MemberRow, RoomRow, Sanction } from './facts.ts'

/** A person in front of a room that they may read. */
export interface Entrance {
  readonly room: RoomRow
  /** Null for a reader of a public room who has not joined, and for a server admin who has not. */
  readonly member: MemberRow | null
  /** What they may do as: their role, `owner` for a server admin, null for a reader who has not joined. */
  readonly role: Role | null
}

/**
 * The rules of who may see a room (contract §2.8, §4 Opening), in their only place. A room that hides answers as one
 * that does not exist: an id tells nothing to those outside.
 *
 * - no such room, or deleted: `not_found`
 * - server admin: may, as an owner
 * - banned: `forbidden` from a public room, `not_found` from a private one
 * - member: may
 * - anybody else: may read a public room; `not_found` for a private or direct one
 */
export function enter(facts: Facts, roomId: string, actor: Actor, now: number): Entrance | Refusal {
  const room = facts.room(roomId)
  if (room === null || room.isDeleted) return noSuchRoom()
  const member = facts.member(room, actor.userId)
  if (actor.isAdmin) return { room, member, role: 'owner' }
  if (isInForce(facts.ban(room, actor.userId), now)) {
    return room.type === 'public'
      ? { code: 'forbidden', message: 'unable to enter the room; you are banned from it' }
      : noSuchRoom()
  }
  if (member === null && room.type !== 'public') return noSuchRoom()
  return { room, member, role: member?.role ?? null }
}

/** Whether a ban or a mute still counts. */
export function isInForce(sanction: Sanction | null, now: number): boolean {
  return sanction !== null && (sanction.until === null || sanction.until > now)
}

/** Why somebody in front of a room may not write in it; null: they may. */
export function refusalToWrite(member: MemberRow | null, mute: Sanction | null, now: number): Refusal | null {
  if (member === null) return { code: 'forbidden', message: 'unable to write; it takes joining the room' }
  if (isInForce(mute, now)) return { code: 'muted', message: 'unable to write; you are muted in this room' }
  return null
}

/** Tells the two answers of `enter` apart. */
export function isRefusal(answer: Entrance | Refusal): answer is Refusal {
  return 'code' in answer
}

/** The one answer for every room that is not there for the asker. */
export function noSuchRoom(): Refusal {
  return { code: 'not_found', message: 'unable to find the room; there is none by this id' }
}

/** Who does not show how far they have read is told of nobody else. */
export function refuseToTellSeen(): Refusal {
  const message = 'unable to tell who has seen the message; you do not show how far you have read'
  return { code: 'forbidden', message }
}
