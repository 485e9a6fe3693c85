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
  /** More has come than may wait. What came last was not kept. */
  onOverrun(): void
}

/**
 * Characters, of one or two bytes each, that may wait beside one message of the largest size. What can have been read before a pause
 * takes hold is a tenth of that; more comes only of what was compressed, which may inflate a thousandfold.
 */
export const MAX_WAITING = 1_048_576

/** Each reason's bit. */
const REASON: Readonly<Record<PauseReason, number>> = { lagging: 1, busy: 2, stopping: 4 }

/**
 * The frames of a session on their way in, one after the other.
 *
 * It stops for as long as there is any reason to: one reason's end never overrules another. What has arrived and is not
 * taken waits here, as text until its turn comes: parsed, a message of small objects is twenty times as large. As the source is paused
 * too, little waits; what a peer compresses is held to `MAX_WAITING`.
 */
export class Intake {
  readonly #source: IntakeSource
  readonly #taker: IntakeTaker
  readonly #maxWaiting: number
  /** The bits of those that there are. */
  #reasons = 0
  /** The message whose turn it is; null: none's. */
  #frames: readonly (RawFrame | null)[] | null = null
  /** The place of its next frame. */
  #next = 0
  /** Messages behind it; null: there are none. */
  #waiting: string[] | null = null
  #waitingChars = 0
  #isTaking = false

  /** `frameBytes`: the largest message that is taken. */
  constructor(source: IntakeSource, taker: IntakeTaker, frameBytes: number) {
    this.#source = source
    this.#taker = taker
    this.#maxWaiting = MAX_WAITING + frameBytes
  }

  /** A message has arrived. */
  arrive(text: string): void {
    if (this.#frames === null && this.#reasons === 0) this.#begin(text)
    else if (this.#waitingChars + text.length > this.#maxWaiting) this.#taker.onOverrun()
    else this.#wait(text)
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
    this.#frames = null
    this.#waiting = null
    this.#waitingChars = 0
  }

  #takeAll(): void {
    if (this.#isTaking) return
    this.#isTaking = true
    try {
      while (this.#reasons === 0) {
        const frame = this.#nextFrame()
        if (frame === undefined) return
        this.#taker.take(frame === null ? null : decodeFrame(frame))
      }
    } finally {
      this.#isTaking = false
    }
  }

  /** The frame whose turn it is; null for text that is none; undefined when nothing waits. */
  #nextFrame(): RawFrame | null | undefined {
    while (this.#frames !== null || this.#waiting !== null) {
      const frame = this.#frames?.[this.#next++]
      if (frame !== undefined) return frame
      const text = this.#waiting?.shift()
      if (text === undefined) {
        this.clear()
      } else {
        this.#waitingChars -= text.length
        this.#begin(text)
      }
    }
    return undefined
  }

  #begin(text: string): void {
    this.#frames = rawFramesOf(text) ?? [null]
    this.#next = 0
  }

  #wait(text: string): void {
    this.#waiting ??= []
    this.#waiting.push(text)
    this.#waitingChars += text.length
  }
}
