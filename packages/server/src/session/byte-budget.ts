import type { Clock } from '../platform/clock.ts'

/** What one session may be sent of something: `rate` bytes a second over a longer time, `burst` at once. */
export interface BytePace {
  readonly rate: number
  readonly burst: number
}

/**
 * Counts bytes against a pace. What is taken while anything is left may go below nothing, and is waited for afterwards: so a
 * frame larger than the burst passes too, and over a longer time no more than the rate.
 */
export class ByteBudget {
  readonly #pace: BytePace
  readonly #clock: Clock
  #left: number
  #atMs: number

  constructor(pace: BytePace, clock: Clock) {
    this.#pace = pace
    this.#clock = clock
    this.#left = pace.burst
    this.#atMs = clock.monoMs()
  }

  /** Whether something may be sent now. */
  get hasLeft(): boolean {
    const nowMs = this.#clock.monoMs()
    const { rate, burst } = this.#pace
    this.#left = Math.min(burst, this.#left + (Math.max(0, nowMs - this.#atMs) * rate) / 1_000)
    this.#atMs = nowMs
    return this.#left > 0
  }

  /** So many bytes were sent. */
  spend(bytes: number): void {
    this.#left -= bytes
  }
}
