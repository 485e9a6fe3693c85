import { TYPING_TTL_MS } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'

/** Most people of one room that are remembered as typing; who begins beyond that is not told. */
export const MAX_TYPISTS = 1_000
/** Most sessions of one person that type in one room; a further one is not heard. */
export const MAX_SESSIONS = 16

/** A hint from the bus about who types. */
export type TypingHint = Extract<BusMessage, { kind: 'typing' }>

/** What time it is: `monoMs` measures, `wallMs` is only compared with another node's. */
export interface Now {
  readonly monoMs: number
  readonly wallMs: number
}

/**
 * What a hint has changed. `leftMs`: how long the indicator would have lasted without it; of one that is `shortened`, because
 * another session goes on, how long it lasts now.
 */
export type TypingChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'began' }
  | { readonly kind: 'prolonged' | 'shortened'; readonly leftMs: number }
  | { readonly kind: 'ended' }

/** Somebody whose indicator may be shown for so long yet: whole milliseconds, at least one. */
export interface TypingNow {
  readonly userId: string
  readonly remainingMs: number
}

/** The latest that is known of one session. An ended one is kept until nothing older can arrive. */
interface Signal {
  readonly at: number
  readonly isTyping: boolean
  readonly untilMs: number
}

interface Typist {
  readonly signals: Map<string, Signal>
  /** Nothing of theirs counts until then: they have left the room, and what they did before may still arrive. */
  barredUntilMs: number
}

const NONE: TypingChange = { kind: 'none' }

/**
 * Who types in one room, by person over all their sessions. Pure: it is told the time.
 *
 * No indicator lasts longer than TYPING_TTL_MS after its start: what took long to arrive lasts the shorter, and what arrives
 * late, twice or in another order is told by its stamp.
 */
export class TypingSet {
  /** In the order in which they began. */
  readonly #typists = new Map<string, Typist>()

  /** People that something is known of. */
  get size(): number {
    return this.#typists.size
  }

  /** Whether something is known of a person. */
  has(userId: string): boolean {
    return this.#typists.has(userId)
  }

  /** The bus has told something. */
  hear({ userId, sessionId, isTyping, at }: TypingHint, now: Now): TypingChange {
    const untilMs = now.monoMs + TYPING_TTL_MS - Math.max(0, now.wallMs - at)
    if (untilMs <= now.monoMs) return NONE
    const typist = this.#typist(userId, now.monoMs)
    if (typist === null || typist.barredUntilMs > now.monoMs) return NONE
    const before = typist.signals.get(sessionId)
    if (before === undefined ? typist.signals.size >= MAX_SESSIONS : before.at >= at) return NONE
    const leftMs = endMs(typist) - now.monoMs
    typist.signals.set(sessionId, { at, isTyping, untilMs })
    const nowLeftMs = endMs(typist) - now.monoMs
    if (leftMs > 0 && nowLeftMs > 0)
      return isTyping ? { kind: 'prolonged', leftMs } : { kind: 'shortened', leftMs: nowLeftMs }
    if (leftMs > 0) return { kind: 'ended' }
    if (nowLeftMs <= 0) return NONE
    // Who begins anew comes last.
    this.#typists.delete(userId)
    this.#typists.set(userId, typist)
    return { kind: 'began' }
  }

  /** A person has stopped in all their sessions. True when they were typing. */
  end(userId: string, nowMs: number): boolean {
    const typist = this.#typists.get(userId)
    if (typist === undefined) return false
    const wasTyping = endMs(typist) > nowMs
    for (const [sessionId, signal] of typist.signals) typist.signals.set(sessionId, { ...signal, isTyping: false })
    return wasTyping
  }

  /** The same for somebody who is in the room no longer: what they did before that does not count when it arrives. */
  bar(userId: string, nowMs: number): boolean {
    const wasTyping = this.end(userId, nowMs)
    const typist = this.#typist(userId, nowMs)
    if (typist !== null) typist.barredUntilMs = nowMs + TYPING_TTL_MS
    return wasTyping
  }

  /** They are in the room again. */
  admit(userId: string): void {
    const typist = this.#typists.get(userId)
    if (typist !== undefined) typist.barredUntilMs = 0
  }

  /** Ends every indicator that would end by then, and forgets what nothing depends on any more. */
  endBefore(untilMs: number, nowMs: number): void {
    for (const [userId, typist] of this.#typists) {
      for (const [sessionId, signal] of typist.signals) {
        if (signal.untilMs <= nowMs) typist.signals.delete(sessionId)
        else if (signal.untilMs <= untilMs) typist.signals.set(sessionId, { ...signal, isTyping: false })
      }
      if (typist.signals.size === 0 && typist.barredUntilMs <= nowMs) this.#typists.delete(userId)
    }
  }

  /** Who types now, who began first being first. */
  now(nowMs: number): TypingNow[] {
    const typing: TypingNow[] = []
    for (const [userId, typist] of this.#typists) {
      const remainingMs = Math.floor(endMs(typist) - nowMs)
      if (remainingMs > 0) typing.push({ userId, remainingMs })
    }
    return typing
  }

  #typist(userId: string, nowMs: number): Typist | null {
    const known = this.#typists.get(userId)
    if (known !== undefined) return known
    if (this.#typists.size >= MAX_TYPISTS) this.endBefore(nowMs, nowMs)
    if (this.#typists.size >= MAX_TYPISTS) return null
    const typist: Typist = { signals: new Map(), barredUntilMs: 0 }
    this.#typists.set(userId, typist)
    return typist
  }
}

/** When the last of their sessions ends; 0: none types. */
function endMs({ signals }: Typist): number {
  let end = 0
  for (const { isTyping, untilMs } of signals.values()) if (isTyping && untilMs > end) end = untilMs
  return end
}
