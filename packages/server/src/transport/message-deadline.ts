import type { Cancel, Platform } from '../platform/clock.ts'
import { MessageBounds } from './message-bounds.ts'

/**
 * How long a peer may take over one message, from its first byte to its last, in milliseconds: as long as over the whole of an
 * HTTP request. The longest message then needs a line of 18 kbit a second.
 */
export const MESSAGE_MS = 30_000

/** Whose messages have a deadline. */
export interface Deadlined {
  /** A message has had its time. */
  missed(): void
}

/**
 * A timer later than this, in milliseconds: the process has stood still, and what peers sent meanwhile is not read yet. They get as
 * long again.
 */
const STOOD_STILL_MS = 1_000

/** What the time is measured with. */
export type Time = Pick<Platform, 'clock' | 'scheduler'>

/**
 * Ends a connection that begins a message and does not end it.
 *
 * Neither pings, pongs nor more fragments prolong the time: it is that of the message. Only the time in which we read counts.
 */
export class MessageDeadline {
  readonly #time: Time
  readonly #owner: Deadlined
  readonly #bounds = new MessageBounds()
  /** Of the message under way; null: there is none. */
  #leftMs: number | null = null
  #runningSinceMs = 0
  #cancel: Cancel | null = null
  #isHeld = false

  constructor(time: Time, owner: Deadlined) {
    this.#time = time
    this.#owner = owner
  }

  /** Whether no message is under way. */
  get isIdle(): boolean {
    return this.#leftMs === null
  }

  /** Bytes have come. */
  take(bytes: Uint8Array): void {
    const { ended } = this.#bounds
    this.#bounds.take(bytes)
    if (this.#leftMs !== null && this.#bounds.isWithin && this.#bounds.ended === ended) return
    this.#stop()
    this.#leftMs = this.#bounds.isWithin ? MESSAGE_MS : null
    this.#run()
  }

  /** Nothing is read from now on. */
  hold(): void {
    this.#isHeld = true
    this.#stop()
  }

  /** It is read again. */
  release(): void {
    this.#isHeld = false
    this.#run()
  }

  /** Nothing more comes. */
  end(): void {
    this.#stop()
    this.#leftMs = null
  }

  #run(): void {
    if (this.#leftMs === null || this.#isHeld || this.#cancel !== null) return
    this.#runningSinceMs = this.#time.clock.monoMs()
    this.#cancel = this.#time.scheduler.after(this.#leftMs, () => this.#missed())
  }

  #stop(): void {
    if (this.#cancel === null) return
    this.#cancel()
    this.#cancel = null
    if (this.#leftMs !== null) this.#leftMs = Math.max(0, this.#leftMs - this.#runningMs)
  }

  get #runningMs(): number {
    return this.#time.clock.monoMs() - this.#runningSinceMs
  }

  #missed(): void {
    this.#cancel = null
    if (this.#runningMs - (this.#leftMs ?? 0) >= STOOD_STILL_MS) {
      this.#leftMs = STOOD_STILL_MS
      this.#run()
      return
    }
    this.end()
    this.#owner.missed()
  }
}
