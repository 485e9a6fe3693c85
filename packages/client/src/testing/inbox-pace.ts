import type { Scheduler } from '../platform/scheduler.ts'

/** Pause between two inbox frames to one session. Milliseconds; of the contract. */
const INBOX_EVERY_MS = 1_000

/** Decides when changes of people's lists are told: the first in a moment, those that follow it within a second together. */
export class InboxPace {
  readonly #scheduler: Scheduler
  readonly #tell: () => void
  /** `pausing`: something was told less than a second ago; `due`: and something has changed since. */
  #state: 'quiet' | 'pausing' | 'due' = 'quiet'

  constructor(scheduler: Scheduler, tell: () => void) {
    this.#scheduler = scheduler
    this.#tell = tell
  }

  /** Something of somebody's list has changed. */
  changed(): void {
    const before = this.#state
    this.#state = 'due'
    if (before === 'quiet') void Promise.resolve().then(() => this.#flush())
  }

  #flush(): void {
    this.#state = 'pausing'
    this.#tell()
    this.#scheduler.after(INBOX_EVERY_MS, () => {
      if (this.#state === 'due') this.#flush()
      else this.#state = 'quiet'
    })
  }
}
