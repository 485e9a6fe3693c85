import { canDeleteRoom, canModerate, type Member, type Room, type RoomEvent } from '@holdfast/protocol'
import { enter, isInForce, isRefusal, noSuchRoom } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { LogCommandOf } from '../command.ts'
import { directKeyOf, type RoomRow } from '../facts.ts'
import { append, type Decision, type Grounds, refuse, type SideRow, turnAway, unchanged } from './decision.ts'
import { admit, baseOf, roleOnEntry } from './membership.ts'

/** A direct room is between two people at least. */
const LEAST_DIRECT_MEMBERS = 2

/** Creates the room, its creator its owner and first member; or finds the direct room of the same people. */
export function createRoom(command: LogCommandOf<'room.create'>, { facts, stamper }: Grounds): Decision {
  const { actor } = command
  const userIds = [...new Set([actor.userId, ...command.members])]
  const directKey = command.type === 'direct' ? directKeyOf(userIds) : null
  if (directKey !== null) {
    if (userIds.length < LEAST_DIRECT_MEMBERS) {
      return refuse('bad_request', 'unable to create the room; a direct room needs somebody else in it')
    }
    const existing = facts.directRoom(directKey)
    if (existing !== null) return openDirectRoom(existing, actor, { facts, stamper })
  }
  if (facts.room(command.roomId) !== null) return refuse('conflict', 'unable to create the room; its id is taken')
  const refusal = facts.refuseRoom(command.ephemeral, actor)
  if (refusal !== null) return turnAway(refusal)
  const at = stamper.at(0)
  const room = roomOf(command, at)
  const joined = userIds.map((userId, n): RoomEvent => {
    const isCreator = userId === actor.userId
    const name = isCreator ? actor.name : (facts.userName(userId) ?? userId)
    const member: Member = { userId, name, role: isCreator ? 'owner' : 'member' }
    return { kind: 'member.joined', seq: n + 2, at, by: actor.userId, member }
  })
  const events: RoomEvent[] = [{ kind: 'room.created', seq: 1, at, by: actor.userId, room }, ...joined]
  const rows: SideRow[] = directKey === null ? [] : [{ kind: 'direct', directKey }]
  const log = { roomId: room.id, epoch: stamper.epoch(), lastSeq: 0 }
  return append(log, events, { kind: 'room', room, existed: false }, rows)
}

/** Somebody who has left a direct room comes back by asking for it again: there is no other way in. */
function openDirectRoom(room: RoomRow, actor: Actor, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  if (isInForce(facts.ban(room, actor.userId), stamper.now())) return turnAway(noSuchRoom())
  const detail = { kind: 'room', room: facts.face(room), existed: true } as const
  if (facts.member(room, actor.userId) !== null) return unchanged(room, detail)
  const member: Member = { userId: actor.userId, name: actor.name, role: roleOnEntry(room, 'member') }
  return admit(grounds, room, member, actor.userId, detail)
}

function roomOf(command: LogCommandOf<'room.create'>, at: number): Room {
  return {
    id: command.roomId,
    name: command.name,
    type: command.type,
    topic: command.topic,
    ephemeral: command.ephemeral,
    slowModeMs: 0,
    metadata: command.metadata,
    createdBy: command.actor.userId,
    createdAt: at,
  }
}

/** Changes what the room is; only what differs makes an event. */
export function updateRoom(command: LogCommandOf<'room.update'>, { facts, stamper }: Grounds): Decision {
  const { actor, changes } = command
  const entrance = enter(facts, command.roomId, actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  if (!canModerate(entrance.role)) {
    return refuse('forbidden', 'unable to change the room; it takes an owner or an admin')
  }
  const { room } = entrance
  const before = facts.face(room)
  const after: Room = {
    ...before,
    name: changes.name ?? before.name,
    topic: changes.topic ?? before.topic,
    slowModeMs: changes.slowModeMs ?? before.slowModeMs,
    metadata: changes.metadata ?? before.metadata,
  }
  if (JSON.stringify(after) === JSON.stringify(before)) {
    return unchanged(room, { kind: 'room', room: before, existed: false })
  }
  const at = stamper.at(room.lastAt)
  const event: RoomEvent = { kind: 'room.updated', ...baseOf(room, 0, at, actor.userId), room: after }
  return append(room, [event], { kind: 'room', room: after, existed: false })
}

/** Most members who are named when their room is deleted: with them it is known who may be strangers now. */
const MAX_DELETED_NAMED = 1_000

/** Ends the room and its log. */
export function deleteRoom(command: LogCommandOf<'room.delete'>, { facts, stamper }: Grounds): Decision {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  if (!canDeleteRoom(entrance.role)) return refuse('forbidden', 'unable to delete the room; it takes an owner')
  const rows = facts.membersAfter(entrance.room, 0, '', MAX_DELETED_NAMED + 1)
  const members = rows.length > MAX_DELETED_NAMED ? null : rows.map(({ userId }) => userId)
  return unchanged(entrance.room, { kind: 'deleted', members }, [{ kind: 'gone' }])
}
