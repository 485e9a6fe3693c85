import type { Cancel, Clock, Scheduler } from '../platform/clock.ts'

/** What a pacer needs. */
export interface PacerOptions {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Least time between two runs, in milliseconds; may change. */
  readonly intervalMs: () => number
  readonly run: () => void
}

/**
 * Runs something at once when it is quiet, and otherwise no more often than the interval says, together with whatever came
 * meanwhile. It has one timer, and none while nothing is due.
 */
export class Pacer {
  readonly #options: PacerOptions
  #lastMs = Number.NEGATIVE_INFINITY
  #due: { readonly atMs: number; readonly cancel: Cancel } | null = null

  constructor(options: PacerOptions) {
    this.#options = options
  }

  /** It has to run within so many milliseconds, as far as the interval lets it; what is due earlier stays so. */
  due(withinMs = 0): void {
    const { clock, scheduler, intervalMs } = this.#options
    const nowMs = clock.monoMs()
    const atMs = Math.max(nowMs + withinMs, this.#lastMs + intervalMs())
    if (this.#due !== null && this.#due.atMs <= atMs) return
    this.stop()
    this.#due = { atMs, cancel: scheduler.after(atMs - nowMs, this.#run) }
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#due?.cancel()
    this.#due = null
  }

  readonly #run = (): void => {
    this.#due = null
    this.#lastMs = this.#options.clock.monoMs()
    this.#options.run()
  }
}
