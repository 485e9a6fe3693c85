import type { Scheduler } from './clock.ts'

/**
 * Has so many things done in a turn of the loop, in the order in which they came, and lets everything else have its turn between. When it is quiet each is done
 * at once.
 */
export class Turns {
  readonly #scheduler: Scheduler
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  /** What may still be done in this turn. */
  #left: number
  #isTurning = false

  /** `most` things are done in one turn. */
  constructor(scheduler: Scheduler, most: number) {
    this.#scheduler = scheduler
    this.#most = most
    this.#left = most
  }

  /** Things that wait for a later turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Does it now or in a later turn. What throws is done, and those behind it have their turn all the same. */
  take(task: () => void): void {
    if (this.#left === 0 || this.#waiting.length > 0) this.#waiting.push(task)
    else this.#do(task)
  }

  #do(task: () => void): void {
    this.#left--
    if (!this.#isTurning) {
      this.#isTurning = true
      this.#scheduler.soon(this.#turn)
    }
    task()
  }

  readonly #turn = (): void => {
    this.#isTurning = false
    this.#left = this.#most
    while (this.#left > 0) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      this.#do(task)
    }
  }
}
