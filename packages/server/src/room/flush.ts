import type { Clock, Scheduler } from '../platform/clock.ts'

/** Pushing to one subscriber costs about so long; a flush to many must not be followed by another before the sockets had their turn. Milliseconds. */
const COST_PER_SUBSCRIBER_MS = 0.01
/** Longest that an event waits for others to share its frame. Milliseconds. */
const LONGEST_MS = 10

/**
 * Decides when a room's new events are pushed. A quiet room's at once: readers have them before the sender has the ack, and
 * what was committed together is one frame anyway. A busy and crowded room's after a pause that grows with the number of
 * subscribers, so that each socket gets a bounded number of frames a second, with more events in each.
 */
export class Flush {
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #run: () => void
  #isDue = false
  #lastMs = Number.NEGATIVE_INFINITY

  constructor({ clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler }, run: () => void) {
    this.#clock = clock
    this.#scheduler = scheduler
    this.#run = run
  }

  /** There is something to push to so many subscribers. */
  due(subscribers: number): void {
    if (this.#isDue) return
    const pauseMs = Math.min(LONGEST_MS, subscribers * COST_PER_SUBSCRIBER_MS)
    const waitMs = this.#lastMs + pauseMs - this.#clock.monoMs()
    if (waitMs <= 0) {
      this.#flush()
      return
    }
    this.#isDue = true
    this.#scheduler.after(waitMs, this.#flush)
  }

  readonly #flush = (): void => {
    this.#isDue = false
    this.#lastMs = this.#clock.monoMs()
    this.#run()
  }
}
