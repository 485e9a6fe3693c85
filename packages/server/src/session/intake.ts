import { type DecodedFrame, decodeFrame, type RawFrame, rawFramesOf } from '@holdfast/protocol'

/** Why no frames are taken: the peer does not take what it is sent; too many of its commands are under way; the node is going away. */
export type PauseReason = 'lagging' | 'busy' | 'stopping'

/** What a peer sent: a frame, good or not; null for text that is none. */
export type Incoming = DecodedFrame | null

/** Where frames come from and where they go. */
export interface IntakeOptions {
  readonly source: { pause(): void; resume(): void }
  readonly take: (frame: Incoming) => void
}

/**
 * The frames of a session on their way in, one after the other.
 *
 * It stops for as long as there is any reason to: one reason's end never overrules another. What has arrived and is not
 * taken waits here; as the source is paused too, that is at most what one message holds and what was read together with it.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #reasons = new Set<PauseReason>()
  #waiting: (RawFrame | null)[] = []
  #next = 0
  #isTaking = false

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** A message has arrived. */
  arrive(text: string): void {
    for (const frame of rawFramesOf(text) ?? [null]) this.#waiting.push(frame)
    this.#takeAll()
  }

  hold(reason: PauseReason): void {
    this.#reasons.add(reason)
    this.#options.source.pause()
  }

  release(reason: PauseReason): void {
    if (!this.#reasons.delete(reason) || this.#reasons.size > 0) return
    this.#options.source.resume()
    this.#takeAll()
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = []
    this.#next = 0
  }

  #takeAll(): void {
    if (this.#isTaking) return
    this.#isTaking = true
    try {
      while (this.#next < this.#waiting.length && this.#reasons.size === 0) {
        const frame = this.#waiting[this.#next++] ?? null
        this.#options.take(frame === null ? null : decodeFrame(frame))
      }
    } finally {
      this.#isTaking = false
    }
    if (this.#next >= this.#waiting.length) this.clear()
  }
}
