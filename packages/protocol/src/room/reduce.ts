import { assertNever } from '../assert-never.ts'
import type { MessageChange, RoomEvent } from './events.ts'
import type { Member } from './member.ts'
import type { Message } from './message.ts'
import { reduceMessage } from './reduce-message.ts'
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
  readonly #now: { -readonly [K in keyof RoomState]: RoomState[K] }
  /** New messages, as long as no message held has changed: a list that is copied and then grown would be copied twice. */
  readonly #added: Message[] = []
  /** All messages, once one has changed. */
  #messages: Message[] | null = null

  constructor(state: RoomState) {
    this.#before = state
    this.#now = { ...state }
  }

  apply(event: RoomEvent): void {
    const now = this.#now
    now.seq = event.seq
    switch (event.kind) {
      case 'room.created':
      case 'room.updated':
        now.room = event.room
        return
      case 'member.joined':
        if (!now.members.has(event.member.userId)) now.memberCount++
        this.#ownMembers().set(event.member.userId, event.member)
        return
      case 'member.updated':
        // A member outside the held part of a large room stays outside: the list is read page by page.
        if (now.members.has(event.member.userId)) this.#ownMembers().set(event.member.userId, event.member)
        return
      case 'member.left':
        now.memberCount = Math.max(0, now.memberCount - 1)
        if (now.members.has(event.userId)) this.#ownMembers().delete(event.userId)
        return
      case 'message.created':
        ;(this.#messages ?? this.#added).push(event.message)
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
    if (this.#added.length > 0) this.#ownMessages()
    return { ...this.#now, messages: this.#messages ?? this.#before.messages }
  }

  #change(change: MessageChange): void {
    // What has just come may be changed in the same batch.
    const { messages } = this.finish()
    const place = placeOf(messages, change.messageId)
    const before = messages[place]
    if (before === undefined) return
    const after = reduceMessage(before, change)
    if (after !== before) this.#ownMessages()[place] = after
  }

  #ownMembers(): Map<string, Member> {
    const { members } = this.#now
    const own = members === this.#before.members ? new Map(members) : (members as Map<string, Member>)
    this.#now.members = own
    return own
  }

  #ownMessages(): Message[] {
    this.#messages ??= this.#before.messages.concat(this.#added)
    return this.#messages
  }
}

/** Ids are made in the order of `seq`, so that a few steps find one, unless a server makes them otherwise. */
function placeOf(messages: readonly Message[], messageId: string): number {
  let low = 0
  for (let high = messages.length; low < high; ) {
    const middle = (low + high) >>> 1
    if ((messages[middle]?.id ?? '') < messageId) low = middle + 1
    else high = middle
  }
  return messages[low]?.id === messageId ? low : messages.findLastIndex(({ id }) => id === messageId)
}
