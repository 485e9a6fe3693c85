import type { Platform } from '../platform/clock.ts'

/** How long departures go on before everything else has its turn, in milliseconds. */
export const SLICE_MS = 8

/** Who leaves whatever it was in. Does not throw. */
export interface Departing {
  leave(): void
}

/**
 * Lets those leave whose connections are gone: their rooms, and who is there.
 *
 * The kernel tells of thousands of lost connections at once, and no timer and no other connection has its turn meanwhile. So only what one slice
 * has time for is done at once, and the others wait for theirs. A quiet server lets everybody leave at once. It holds as many as there were
 * sessions at most.
 */
export class Departures {
  readonly #platform: Pick<Platform, 'clock' | 'scheduler'>
  #waiting: Departing[] = []
  /** When those who leave without a pause between them began to, and when the last one of them did. */
  #sinceMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(platform: Pick<Platform, 'clock' | 'scheduler'>) {
    this.#platform = platform
  }

  /** Those who have not left yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** It leaves now, or in one of the next slices, in the order in which they were added. */
  add(one: Departing): void {
    if (this.#waiting.length === 0 && this.#hasTime()) {
      one.leave()
      return
    }
    if (this.#waiting.push(one) === 1) this.#platform.scheduler.soon(this.#work)
  }

  /** Nobody waits any longer. */
  finish(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) one.leave()
  }

  /** Whether the slice that is under way has time left; after as long without anybody a new one begins. */
  #hasTime(): boolean {
    const nowMs = this.#platform.clock.monoMs()
    if (nowMs - this.#lastMs >= SLICE_MS) this.#sinceMs = nowMs
    this.#lastMs = nowMs
    return nowMs - this.#sinceMs < SLICE_MS
  }

  readonly #work = (): void => {
    const { clock, scheduler } = this.#platform
    const untilMs = clock.monoMs() + SLICE_MS
    let left = 0
    for (const one of this.#waiting) {
      if (left > 0 && clock.monoMs() >= untilMs) break
      one.leave()
      left++
    }
    this.#waiting = this.#waiting.slice(left)
    this.#lastMs = clock.monoMs()
    if (this.#waiting.length > 0) scheduler.soon(this.#work)
  }
}
