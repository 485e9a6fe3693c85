import { type DecodedFrame, decodeFrame, type RawFrame, rawFramesOf } from '@holdfast/protocol'

/** Why no frames are taken: the peer does not take what it is sent; too many of its commands are under way; the node is going away. */
export type PauseReason = 'lagging' | 'busy' | 'stopping'

/** What a peer sent: a frame, good or not; null for text that is none. */
export type Incoming = DecodedFrame | null

/** Where frames come from. */
export interface IntakeSource {
  pause(): void
  resume(): void
}

/** Where they go. */
export interface IntakeTaker {
  take(frame: Incoming): void
}

/** Each reason's bit. */
const REASON: Readonly<Record<PauseReason, number>> = { lagging: 1, busy: 2, stopping: 4 }

/**
 * The frames of a session on their way in, one after the other.
 *
 * It stops for as long as there is any reason to: one reason's end never overrules another. What has arrived and is not
 * taken waits here; as the source is paused too, that is at most what one message holds and what was read together with it.
 */
export class Intake {
  readonly #source: IntakeSource
  readonly #taker: IntakeTaker
  /** The bits of those that there are. */
  #reasons = 0
  /** Null: nothing waits. */
  #waiting: (RawFrame | null)[] | null = null
  #next = 0
  #isTaking = false

  constructor(source: IntakeSource, taker: IntakeTaker) {
    this.#source = source
    this.#taker = taker
  }

  /** A message has arrived. */
  arrive(text: string): void {
    const frames = rawFramesOf(text) ?? [null]
    if (this.#waiting === null) this.#waiting = [...frames]
    else for (const frame of frames) this.#waiting.push(frame)
    this.#takeAll()
  }

  hold(reason: PauseReason): void {
    this.#reasons |= REASON[reason]
    this.#source.pause()
  }

  release(reason: PauseReason): void {
    if ((this.#reasons & REASON[reason]) === 0) return
    this.#reasons &= ~REASON[reason]
    if (this.#reasons !== 0) return
    this.#source.resume()
    this.#takeAll()
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = null
    this.#next = 0
  }

  #takeAll(): void {
    if (this.#isTaking) return
    this.#isTaking = true
    try {
      while (this.#waiting !== null && this.#next < this.#waiting.length && this.#reasons === 0) {
        const frame = this.#waiting[this.#next++] ?? null
        this.#taker.take(frame === null ? null : decodeFrame(frame))
      }
    } finally {
      this.#isTaking = false
    }
    if (this.#waiting !== null && this.#next >= this.#waiting.length) this.clear()
  }
}
