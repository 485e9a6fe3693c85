import { type Refusal, TYPING_TTL_MS } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Actor } from '../log/actor.ts'
import { type RoomLog, StoreUnavailable } from '../log/room-log.ts'
import type { Clock } from '../platform/clock.ts'

/** Least time between two starts of one person in one room; those in between are dropped. Milliseconds (contract §4). */
export const START_INTERVAL_MS = 1_000
/** Most rooms in which one session types at a time; a start in a further one is dropped. */
export const MAX_TYPING_ROOMS = 16
/** Most starts remembered at a time, over all people and rooms; a further one of this node is dropped. */
export const MAX_STARTS = 100_000
/** By so much grows the stamp of what comes after something else in the same millisecond. Milliseconds. */
const STAMP_STEP_MS = 1 / 1_024
/** What comes by HTTP has no session; it counts as this one of its sender's. */
const REQUESTS = 'http'

/** What the typing of this node's people needs. */
export interface TypingStartsDeps {
  readonly log: Pick<RoomLog, 'mayWrite'>
  readonly clock: Clock
  readonly publish: (message: BusMessage) => void
  /** Whether a person appears offline: they are not shown typing. A promise while that has to be found out. */
  readonly isHidden: (userId: string) => boolean | Promise<boolean>
}

/** One accepted start. */
interface Start {
  readonly userId: string
  readonly startedMs: number
  /** Its stamp on the bus: its time counts from when it came, however long it takes to know that they may. */
  readonly at: number
  /** Whether it, or one before it, was told: nothing is before it is known that they may. */
  isPublished: boolean
}

/**
 * Takes `typing.start` and `typing.stop` from this node's sessions and requests, and tells every node.
 *
 * A start is dropped without a word when it comes less than START_INTERVAL_MS after the last one accepted of that person in
 * that room, or when that person appears offline. Who may not send to the room is refused as if they sent.
 */
export class TypingStarts {
  readonly #deps: TypingStartsDeps
  /** When each person's start in each room was accepted, here or elsewhere, oldest first; for START_INTERVAL_MS. */
  readonly #accepted = new Map<string, number>()
  /** Where each session types, the one whose last start is longest ago first. */
  readonly #sessions = new Map<string, Map<string, Start>>()
  #lastAt = 0

  constructor(deps: TypingStartsDeps) {
    this.#deps = deps
  }

  /** Null: told, or dropped. `sessionId` null: it came by HTTP. Rejects only on a defect. */
  async start(sessionId: string | null, actor: Actor, roomId: string): Promise<Refusal | null> {
    const { userId } = actor
    const session = sessionOf(sessionId, userId)
    const wasHidden = this.#deps.isHidden(userId)
    const start = wasHidden === true ? null : this.#accept(session, userId, roomId)
    if (start === null) return null
    const refusal = await this.#refusalOf(actor, roomId)
    if (refusal !== null) {
      this.#accepted.delete(keyOf(roomId, userId))
      // Unless an earlier one was told, which has to be taken back.
      if (!start.isPublished) this.#forget(session, roomId, start)
      return refusal
    }
    // Stopped, or the session has ended, or they have hidden meanwhile.
    if ((await this.#deps.isHidden(userId)) || this.#sessions.get(session)?.get(roomId) !== start) return null
    start.isPublished = true
    this.#publish(session, roomId, start, true)
    return null
  }

  /** Somebody has stopped typing. Of a room in which they do not type nothing is told. */
  stop(sessionId: string | null, actor: Actor, roomId: string): void {
    const session = sessionOf(sessionId, actor.userId)
    const start = this.#sessions.get(session)?.get(roomId)
    if (start !== undefined) this.#stop(session, roomId, start)
  }

  /** The bus has told something: what another node has accepted counts here too. Two at the same moment may both be. */
  hear(message: BusMessage): void {
    if (message.kind !== 'typing' || !message.isTyping) return
    const nowMs = this.#deps.clock.monoMs()
    this.#prune(nowMs)
    const key = keyOf(message.roomId, message.userId)
    // What was accepted here is measured from then, not from when it comes back.
    if (!this.#accepted.has(key) && this.#accepted.size < MAX_STARTS) this.#accepted.set(key, nowMs)
  }

  /** A session is over: it types nowhere any more. */
  end(sessionId: string): void {
    for (const [roomId, start] of this.#sessions.get(sessionId) ?? []) this.#stop(sessionId, roomId, start)
  }

  #accept(session: string, userId: string, roomId: string): Start | null {
    const nowMs = this.#deps.clock.monoMs()
    this.#prune(nowMs)
    const key = keyOf(roomId, userId)
    if (this.#accepted.has(key)) return null
    const known = this.#sessions.get(session)
    if (this.#accepted.size >= MAX_STARTS || (known === undefined && this.#sessions.size >= MAX_STARTS)) return null
    const rooms = known ?? new Map<string, Start>()
    const before = rooms.get(roomId)
    if (before === undefined && !hasRoom(rooms, nowMs)) return null
    const start: Start = { userId, startedMs: nowMs, at: this.#stamp(), isPublished: before?.isPublished ?? false }
    rooms.set(roomId, start)
    this.#accepted.set(key, nowMs)
    this.#sessions.delete(session)
    this.#sessions.set(session, rooms)
    return start
  }

  /** Forgets what is over by itself: no timer is needed for it. */
  #prune(nowMs: number): void {
    for (const [key, lastMs] of this.#accepted) {
      if (nowMs - lastMs < START_INTERVAL_MS) break
      this.#accepted.delete(key)
    }
    for (const [session, rooms] of this.#sessions) {
      if ([...rooms.values()].some(start => isCurrent(start, nowMs))) break
      this.#sessions.delete(session)
    }
  }

  #stop(session: string, roomId: string, start: Start): void {
    this.#forget(session, roomId, start)
    const isShown = start.isPublished && isCurrent(start, this.#deps.clock.monoMs())
    if (isShown) this.#publish(session, roomId, { userId: start.userId, at: this.#stamp() }, false)
  }

  #forget(session: string, roomId: string, start: Start): void {
    const rooms = this.#sessions.get(session)
    if (rooms?.get(roomId) !== start) return
    rooms.delete(roomId)
    if (rooms.size === 0) this.#sessions.delete(session)
  }

  async #refusalOf(actor: Actor, roomId: string): Promise<Refusal | null> {
    try {
      const answer = await this.#deps.log.mayWrite(roomId, actor)
      return answer.ok ? null : answer.refusal
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return { code: 'unavailable', message: 'unable to type; the store is unavailable' }
    }
  }

  #publish(sessionId: string, roomId: string, { userId, at }: Pick<Start, 'userId' | 'at'>, isTyping: boolean): void {
    this.#deps.publish({ kind: 'typing', roomId, userId, sessionId, isTyping, at })
  }

  #stamp(): number {
    this.#lastAt = Math.max(this.#deps.clock.wallMs(), this.#lastAt + STAMP_STEP_MS)
    return this.#lastAt
  }
}

function sessionOf(sessionId: string | null, userId: string): string {
  return sessionId ?? `${REQUESTS} ${userId}`
}

function keyOf(roomId: string, userId: string): string {
  return `${roomId} ${userId}`
}

/** Whether its indicator may still be shown. */
function isCurrent({ startedMs }: Start, nowMs: number): boolean {
  return nowMs - startedMs < TYPING_TTL_MS
}

/** Whether a session may type in one more room. */
function hasRoom(rooms: Map<string, Start>, nowMs: number): boolean {
  for (const [roomId, start] of rooms) if (!isCurrent(start, nowMs)) rooms.delete(roomId)
  return rooms.size < MAX_TYPING_ROOMS
}
