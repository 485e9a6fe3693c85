import { assertNever } from '../assert-never.ts'
import type { MessageChange, RoomEventOf } from './events.ts'
import type { Message, Reactions } from './message.ts'
import { tombstone } from './tombstone.ts'

/**
 * `message` after `change`. Pure and idempotent: applying a change that the message already shows gives the same object
 * back, and nothing changes a deleted message any more (its former content can never return).
 *
 * The stores project with this very function, so that what is stored equals what a reader folds.
 */
export function reduceMessage(message: Message, change: MessageChange): Message {
  if (message.deletedAt !== null) return message
  switch (change.kind) {
    case 'message.edited':
      return edited(message, change)
    case 'message.deleted':
      return tombstone(message, change.deletedAt)
    case 'reaction.added':
      return withReactions(message, addReaction(message.reactions, change.key, change.userId))
    case 'reaction.removed':
      return withReactions(message, removeReaction(message.reactions, change.key, change.userId))
    case 'message.pinned':
      return message.pinned ? message : { ...message, pinned: true }
    case 'message.unpinned':
      return message.pinned ? { ...message, pinned: false } : message
    default:
      return assertNever(change)
  }
}

function edited(message: Message, { content, editedAt, mentions }: RoomEventOf<'message.edited'>): Message {
  const mentionsNow = mentions === undefined || sameList(mentions, message.mentions) ? message.mentions : mentions
  const isShown = message.content === content && message.editedAt === editedAt && mentionsNow === message.mentions
  return isShown ? message : { ...message, content, editedAt, mentions: mentionsNow }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i])
}

/** Whether `userId` has reacted to a message with `key`. */
export function hasReacted(reactions: Reactions, key: string, userId: string): boolean {
  return usersOf(reactions, key).includes(userId)
}

/** How many reactions there are in all: each key and person counts once. */
export function countReactions(reactions: Reactions): number {
  let count = 0
  for (const users of Object.values(reactions)) count += users.length
  return count
}

function withReactions(message: Message, reactions: Reactions): Message {
  return reactions === message.reactions ? message : { ...message, reactions }
}

function addReaction(reactions: Reactions, key: string, userId: string): Reactions {
  const users = usersOf(reactions, key)
  return users.includes(userId) ? reactions : { ...reactions, [key]: [...users, userId] }
}

function removeReaction(reactions: Reactions, key: string, userId: string): Reactions {
  const users = usersOf(reactions, key)
  if (!users.includes(userId)) return reactions
  const left = users.filter(user => user !== userId)
  if (left.length > 0) return { ...reactions, [key]: left }
  const { [key]: _gone, ...others } = reactions
  return others
}

/** A key may be spelled like a property that every object inherits; only own ones are reactions. */
function usersOf(reactions: Reactions, key: string): readonly string[] {
  return Object.hasOwn(reactions, key) ? (reactions[key] ?? []) : []
}
