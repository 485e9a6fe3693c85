import type { Scheduler } from '../platform/clock.ts'

/** Reads of the log for the inbox that are under way at a time. */
const AT_ONCE = 8

/**
 * Lets a few reads of the log run at a time, and other work of the process in between: when 2,000 people come back at once,
 * their messages do not wait for all their inboxes.
 */
export class Turns {
  readonly #scheduler: Scheduler
  readonly #waiting: (() => void)[] = []
  #underWay = 0
  #isScheduled = false

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** Resolves or rejects as `read` does, which is called in its turn. */
  async run<T>(read: () => Promise<T>): Promise<T> {
    if (this.#underWay >= AT_ONCE || this.#waiting.length > 0) {
      await new Promise<void>(resolve => {
        this.#waiting.push(resolve)
        this.#next()
      })
    } else this.#underWay++
    try {
      return await read()
    } finally {
      this.#underWay--
      this.#next()
    }
  }

  #next(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return
    this.#isScheduled = true
    this.#scheduler.soon(() => {
      this.#isScheduled = false
      const free = AT_ONCE - this.#underWay
      this.#underWay += Math.min(free, this.#waiting.length)
      for (const start of this.#waiting.splice(0, free)) start()
    })
  }
}
