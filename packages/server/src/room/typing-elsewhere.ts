import { TYPING_TTL_MS } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { TypingHint } from './typing-set.ts'

/** Most rooms remembered; the one in which somebody began longest ago gives way. */
export const MAX_ROOMS_ELSEWHERE = 10_000
/** Most sessions remembered of one room; a further one is not. */
export const MAX_SESSIONS_ELSEWHERE = 100

interface Heard {
  readonly hint: TypingHint
  readonly atMs: number
}

/** Each session's latest hint. */
type Room = Map<string, Heard>

/**
 * Who types in rooms that nobody on this node has open: whoever opens one of them is told of it. Kept as long as an
 * indicator lasts, without any timer.
 */
export class TypingElsewhere {
  readonly #clock: Clock
  /** Who was heard of last comes last. */
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
      // A message ends what its sender has been typing, and so does leaving.
      for (const event of message.events) {
        if (event.kind === 'message.created') this.#end(message.roomId, event.message.senderId)
        else if (event.kind === 'member.left') this.#end(message.roomId, event.userId)
      }
    }
  }

  /**
   * The room is open here from now on: what was heard of it, in the order of hearing. A hint that was stamped by a clock ahead of
   * this one is given as stamped when it was heard, since its time has run since then.
   */
  take(roomId: string): readonly TypingHint[] {
    const room = this.#rooms.get(roomId)
    this.#rooms.delete(roomId)
    const [monoMs, wallMs] = [this.#clock.monoMs(), this.#clock.wallMs()]
    return Array.from(room?.values() ?? [], ({ hint, atMs }) => ({
      ...hint,
      at: Math.min(hint.at, wallMs - (monoMs - atMs)),
    }))
  }

  #hear(hint: TypingHint): void {
    const { roomId, userId, sessionId, at } = hint
    const nowMs = this.#clock.monoMs()
    this.#forgetBefore(nowMs - TYPING_TTL_MS)
    const room: Room = this.#rooms.get(roomId) ?? new Map<string, Heard>()
    const session = `${userId} ${sessionId}`
    const before = room.get(session)
    if (before === undefined ? room.size >= MAX_SESSIONS_ELSEWHERE : before.hint.at >= at) return
    room.delete(session)
    room.set(session, { hint, atMs: nowMs })
    this.#rooms.delete(roomId)
    this.#rooms.set(roomId, room)
    const [oldest] = this.#rooms.keys()
    if (oldest !== undefined && this.#rooms.size > MAX_ROOMS_ELSEWHERE) this.#rooms.delete(oldest)
  }

  #end(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId)
    for (const [session, { hint }] of room ?? []) if (hint.userId === userId) room?.delete(session)
    if (room?.size === 0) this.#rooms.delete(roomId)
  }

  #forgetBefore(atMs: number): void {
    for (const [roomId, room] of this.#rooms) {
      const latest = [...room.values()].at(-1)
      if (latest !== undefined && latest.atMs > atMs) return
      this.#rooms.delete(roomId)
    }
  }
}
