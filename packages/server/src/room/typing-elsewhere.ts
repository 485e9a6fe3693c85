import { TYPING_TTL_MS } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import { type TypingHint, TypingSet } from './typing-set.ts'

/** Most rooms remembered; the one of which was heard longest ago gives way. */
export const MAX_ROOMS_ELSEWHERE = 10_000
/** Most people of one room remembered; a further one is not. */
export const MAX_PEOPLE_ELSEWHERE = 100

interface Room {
  readonly people: TypingSet
  /** When something was last heard of it. */
  readonly atMs: number
}

/**
 * Who types in rooms that nobody on this node has open: whoever opens one of them is told of it. Who has left such a room is
 * remembered as well, since what they did before may still arrive. Kept as long as an indicator lasts, without any timer.
 */
export class TypingElsewhere {
  readonly #clock: Clock
  /** What was heard of last comes last. */
  readonly #rooms = new Map<string, Room>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Rooms that are remembered. */
  get size(): number {
    return this.#rooms.size
  }

  /** The bus has told something of a room that is not open here. */
  hear(message: Exclude<BusMessage, { kind: 'presence' | 'settings' }>): void {
    if (message.kind === 'typing') this.#hear(message)
    else if (message.kind === 'deleted') this.#rooms.delete(message.roomId)
    else if (message.kind === 'events') {
      const { roomId } = message
      for (const event of message.events) {
        // A message ends what its sender has been typing, and so does leaving.
        if (event.kind === 'message.created') this.#end(roomId, event.message.senderId)
        else if (event.kind === 'member.left') this.#heardOf(roomId, event.userId)?.bar(event.userId, this.#nowMs)
        else if (event.kind === 'member.joined') this.#rooms.get(roomId)?.people.admit(event.member.userId)
      }
    }
  }

  /** A person has stopped in all these rooms: they appear offline. */
  end(userId: string): void {
    for (const roomId of this.#rooms.keys()) this.#end(roomId, userId)
  }

  /** The room is open here from now on: who types there, and who has just left; null: nothing was heard of it. */
  take(roomId: string): TypingSet | null {
    const room = this.#rooms.get(roomId)
    this.#rooms.delete(roomId)
    return room?.people ?? null
  }

  /** The room is open here no longer; who was refused has opened it, too. */
  give(roomId: string, people: TypingSet): void {
    people.endBefore(this.#nowMs, this.#nowMs)
    if (people.size > 0) this.#keep(roomId, people)
  }

  #hear(hint: TypingHint): void {
    const monoMs = this.#nowMs
    this.#heardOf(hint.roomId, hint.userId)?.hear(hint, { monoMs, wallMs: this.#clock.wallMs() })
  }

  #end(roomId: string, userId: string): void {
    this.#rooms.get(roomId)?.people.end(userId, this.#nowMs)
  }

  /** What is remembered of a room that something was heard of, for what is to be noted of a person; null: there are too many already. */
  #heardOf(roomId: string, userId: string): TypingSet | null {
    const atMs = this.#nowMs
    const people = this.#rooms.get(roomId)?.people ?? new TypingSet()
    if (people.size >= MAX_PEOPLE_ELSEWHERE && !people.has(userId)) people.endBefore(atMs, atMs)
    if (people.size >= MAX_PEOPLE_ELSEWHERE && !people.has(userId)) return null
    this.#keep(roomId, people)
    return people
  }

  #keep(roomId: string, people: TypingSet): void {
    const atMs = this.#nowMs
    this.#forgetBefore(atMs - TYPING_TTL_MS)
    this.#rooms.delete(roomId)
    this.#rooms.set(roomId, { people, atMs })
    const [oldest] = this.#rooms.keys()
    if (oldest !== undefined && this.#rooms.size > MAX_ROOMS_ELSEWHERE) this.#rooms.delete(oldest)
  }

  #forgetBefore(atMs: number): void {
    for (const [roomId, room] of this.#rooms) {
      if (room.atMs > atMs) return
      this.#rooms.delete(roomId)
    }
  }

  get #nowMs(): number {
    return this.#clock.monoMs()
  }
}
