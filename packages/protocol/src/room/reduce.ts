import { assertNever } from '../assert-never.ts'
import type { MessageChange, RoomEvent } from './events.ts'
import type { Member } from './member.ts'
import type { Message } from './message.ts'
import { reduceMessage } from './reduce-message.ts'
import type { Room } from './room.ts'
import type { RoomState } from './state.ts'

/**
 * `state` after `events`, which are given in ascending `seq`. Pure.
 *
 * Idempotent: an event at or below `state.seq` changes nothing, and a `message.created` may already carry the message's
 * present state, over which the later events change nothing. An event about a message that is not held is a step of `seq`
 * only: whoever loads that message later gets it in its present state.
 *
 * It does not look for gaps: that the events follow `state.seq` without one is the caller's part (the client's sync, the store).
 */
export function reduce(state: RoomState, events: readonly RoomEvent[]): RoomState {
  const fresh = events.filter(event => event.seq > state.seq)
  if (fresh.length === 0) return state
  const draft = new Draft(state)
  for (const event of fresh) draft.apply(event)
  return draft.finish()
}

/** Copies a collection at most once per batch, so that folding n events costs n steps and not n copies. */
class Draft {
  readonly #before: RoomState
  #seq: number
  #room: Room
  #memberCount: number
  #members: Map<string, Member> | null = null
  #messages: Message[] | null = null
  /** messageId → place; made when the batch first needs it, since a batch of new messages never does. */
  #places: Map<string, number> | null = null

  constructor(state: RoomState) {
    this.#before = state
    this.#seq = state.seq
    this.#room = state.room
    this.#memberCount = state.memberCount
  }

  apply(event: RoomEvent): void {
    this.#seq = event.seq
    switch (event.kind) {
      case 'room.created':
      case 'room.updated':
        this.#room = event.room
        return
      case 'member.joined':
        this.#join(event.member)
        return
      case 'member.updated':
        this.#update(event.member)
        return
      case 'member.left':
        this.#leave(event.userId)
        return
      case 'message.created':
        this.#append(event.message)
        return
      case 'message.edited':
      case 'message.deleted':
      case 'reaction.added':
      case 'reaction.removed':
      case 'message.pinned':
      case 'message.unpinned':
        this.#change(event)
        return
      default:
        assertNever(event)
    }
  }

  finish(): RoomState {
    return {
      epoch: this.#before.epoch,
      seq: this.#seq,
      room: this.#room,
      members: this.#members ?? this.#before.members,
      memberCount: this.#memberCount,
      messages: this.#messages ?? this.#before.messages,
    }
  }

  #join(member: Member): void {
    if (!this.#heldMembers().has(member.userId)) this.#memberCount++
    this.#ownMembers().set(member.userId, member)
  }

  /** A member outside the held part of a large room stays outside: the list is read page by page. */
  #update(member: Member): void {
    if (this.#heldMembers().has(member.userId)) this.#ownMembers().set(member.userId, member)
  }

  #leave(userId: string): void {
    this.#memberCount = Math.max(0, this.#memberCount - 1)
    if (this.#heldMembers().has(userId)) this.#ownMembers().delete(userId)
  }

  #append(message: Message): void {
    const messages = this.#ownMessages()
    this.#places?.set(message.id, messages.length)
    messages.push(message)
  }

  #change(change: MessageChange): void {
    const place = this.#place(change.messageId)
    if (place === undefined) return
    const messages = this.#messages ?? this.#before.messages
    const before = messages[place]
    if (before === undefined) return
    const after = reduceMessage(before, change)
    if (after !== before) this.#ownMessages()[place] = after
  }

  #place(messageId: string): number | undefined {
    if (this.#places === null) {
      this.#places = new Map()
      const messages = this.#messages ?? this.#before.messages
      for (const [place, message] of messages.entries()) this.#places.set(message.id, place)
    }
    return this.#places.get(messageId)
  }

  #heldMembers(): ReadonlyMap<string, Member> {
    return this.#members ?? this.#before.members
  }

  #ownMembers(): Map<string, Member> {
    this.#members ??= new Map(this.#before.members)
    return this.#members
  }

  #ownMessages(): Message[] {
    this.#messages ??= [...this.#before.messages]
    return this.#messages
  }
}
