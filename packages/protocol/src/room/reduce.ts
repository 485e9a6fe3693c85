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
  const draft = new Draft(state, createdIn(fresh))
  for (const event of fresh) draft.apply(event)
  return draft.now
}

/** The messages that `events` bring, in their order. */
export function createdIn(events: readonly RoomEvent[]): readonly Message[] {
  return events.flatMap(event => (event.kind === 'message.created' ? [event.message] : []))
}

/** So often in a batch all messages are gone through to find one. An index of them costs as much as about as many searches. */
const MOST_SEARCHES = 16

/** Copies a collection at most once per batch, so that folding n events costs n steps and not n copies. */
class Draft {
  readonly now: { -readonly [K in keyof RoomState]: RoomState[K] }
  readonly #before: RoomState
  /** Where the messages stand, once it is worth knowing: too many were looked for one by one. */
  readonly #places = new Map<string, number>()
  #searches = 0

  /** `created`: all that the batch brings, put in its place at once, since a list that is copied and then grown is copied twice. */
  constructor(state: RoomState, created: readonly Message[]) {
    const { messages } = state
    this.#before = state
    this.now = { ...state, messages: created.length > 0 ? messages.concat(created) : messages }
  }

  apply(event: RoomEvent): void {
    const { now } = this
    now.seq = event.seq
    if ('messageId' in event) {
      this.#change(event)
      return
    }
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
        return
      default:
        assertNever(event)
    }
  }

  #change(change: MessageChange): void {
    const { now } = this
    const place = this.#placeOf(change.messageId)
    const before = now.messages[place]
    if (before === undefined) return
    const after = reduceMessage(before, change)
    if (after === before) return
    if (now.messages === this.#before.messages) now.messages = [...now.messages]
    ;(now.messages as Message[])[place] = after
  }

  /** Ids are made in the order of `seq`, so that a few steps find one that is held, unless a server makes them otherwise. */
  #placeOf(messageId: string): number {
    const { messages } = this.now
    let low = 0
    for (let high = messages.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((messages[middle]?.id ?? '') < messageId) low = middle + 1
      else high = middle
    }
    if (messages[low]?.id === messageId) return low
    if (++this.#searches <= MOST_SEARCHES) return messages.findLastIndex(({ id }) => id === messageId)
    for (let i = this.#places.size; i < messages.length; i++) this.#places.set(messages[i]?.id ?? '', i)
    return this.#places.get(messageId) ?? -1
  }

  #ownMembers(): Map<string, Member> {
    const { now } = this
    if (now.members === this.#before.members) now.members = new Map(now.members)
    return now.members as Map<string, Member>
  }
}
