import {
  canDeleteMessage,
  canEditMessage,
  canModerate,
  countReactions,
  hasReacted,
  MAX_REACTIONS_PER_MESSAGE,
  type Message,
  type RoomEvent,
} from '@holdfast/protocol'
import { type Entrance, enter, isInForce, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import { append, type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'
import { baseOf } from './membership.ts'

type AboutMessage = LogCommandOf<
  'message.edit' | 'message.delete' | 'message.pin' | 'message.unpin' | 'reaction.add' | 'reaction.remove'
>

/** A person in front of a message. */
interface Sight {
  readonly entrance: Entrance
  readonly message: Message
}

/** Members change what they wrote themselves. The same text and mentions again are no change. */
export function editMessage(command: LogCommandOf<'message.edit'>, grounds: Grounds): Decision {
  const sight = find(command, grounds)
  if ('outcome' in sight) return sight
  const { entrance, message } = sight
  const { room, member } = entrance
  if (!canEditMessage(member?.role ?? null, message.senderId === command.actor.userId)) {
    return refuse('forbidden', 'unable to edit the message; only its sender may, as a member')
  }
  if (isInForce(grounds.facts.mute(room, command.actor.userId), grounds.stamper.now())) {
    return refuse('muted', 'unable to edit the message; you are muted in this room')
  }
  if (message.deletedAt !== null) return refuseDeleted('edit')
  const mentions = mentionsAfter(command, message)
  if (message.content === command.content && mentions === null) return unchanged(room)
  const base = next(command, entrance, grounds)
  const { messageId, content } = command
  const edited = { kind: 'message.edited', ...base, messageId, content, editedAt: base.at } as const
  return append(room, [mentions === null ? edited : { ...edited, mentions }])
}

/** Whom the message mentions from now on; null: whom it did. */
function mentionsAfter({ mentions }: LogCommandOf<'message.edit'>, before: Message): string[] | null {
  if (mentions === null) return null
  const after = [...new Set(mentions)]
  const isSame = after.length === before.mentions.length && after.every(userId => before.mentions.includes(userId))
  return isSame ? null : after
}

/** Members delete what they wrote, owners and admins what anybody wrote. Deleted already: done. */
export function deleteMessage(command: LogCommandOf<'message.delete'>, grounds: Grounds): Decision {
  const sight = find(command, grounds)
  if ('outcome' in sight) return sight
  const { entrance, message } = sight
  if (!canDeleteMessage(entrance.role, message.senderId === command.actor.userId)) {
    return refuse('forbidden', 'unable to delete the message; it takes its sender, an owner or an admin')
  }
  if (message.deletedAt !== null) return unchanged(entrance.room)
  const base = next(command, entrance, grounds)
  const event: RoomEvent = { kind: 'message.deleted', ...base, messageId: message.id, deletedAt: base.at }
  return append(entrance.room, [event])
}

/** Pins or unpins for everybody. */
export function pinMessage(command: LogCommandOf<'message.pin' | 'message.unpin'>, grounds: Grounds): Decision {
  const sight = find(command, grounds)
  if ('outcome' in sight) return sight
  const { entrance, message } = sight
  if (!canModerate(entrance.role)) {
    return refuse('forbidden', 'unable to pin or unpin; it takes an owner or an admin')
  }
  if (message.deletedAt !== null) return refuseDeleted('pin or unpin')
  const isPin = command.kind === 'message.pin'
  if (message.pinned === isPin) return unchanged(entrance.room)
  const kind = isPin ? 'message.pinned' : 'message.unpinned'
  return append(entrance.room, [{ kind, ...next(command, entrance, grounds), messageId: message.id }])
}

/** Adds or takes back one's own reaction. Somebody who is muted still may. */
export function react(command: LogCommandOf<'reaction.add' | 'reaction.remove'>, grounds: Grounds): Decision {
  const sight = find(command, grounds)
  if ('outcome' in sight) return sight
  const { entrance, message } = sight
  if (entrance.role === null) return refuse('forbidden', 'unable to react; it takes joining the room')
  if (message.deletedAt !== null) return refuseDeleted('react to')
  const { userId } = command.actor
  const isAdd = command.kind === 'reaction.add'
  if (hasReacted(message.reactions, command.key, userId) === isAdd) return unchanged(entrance.room)
  if (isAdd && countReactions(message.reactions) >= MAX_REACTIONS_PER_MESSAGE) {
    return refuse('too_large', `unable to react; the message has ${MAX_REACTIONS_PER_MESSAGE} reactions`)
  }
  const kind = isAdd ? 'reaction.added' : 'reaction.removed'
  const base = next(command, entrance, grounds)
  return append(entrance.room, [{ kind, ...base, messageId: message.id, key: command.key, userId }])
}

function find(command: AboutMessage, { facts, stamper }: Grounds): Sight | Decision {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const message = facts.message(entrance.room, command.messageId)
  return message === null
    ? refuse('not_found', 'unable to find the message; it is not in the room')
    : { entrance, message }
}

function next(command: AboutMessage, { room }: Entrance, { stamper }: Grounds) {
  return baseOf(room, 0, stamper.at(room.lastAt), command.actor.userId)
}

function refuseDeleted(action: string): Decision {
  return refuse('conflict', `unable to ${action} the message; it is deleted`)
}
