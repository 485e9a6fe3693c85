import type { Clock } from '../platform/clock.ts'
import type { Cancel, Scheduler } from '../platform/scheduler.ts'
import { settle } from './turns.ts'

/** Wall time is another number than monotonic time, so that the two are not taken for each other. Milliseconds since the Unix epoch. */
const WALL_AT_START = 1_700_000_000_000

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** Time that passes only when a test lets it: hours in a moment, and nothing by itself. Clients and a fake server can share one. */
export class VirtualTime {
  #now = 0
  #ids = 0
  #order = 0
  #timers: readonly Timer[] = []

  readonly clock: Clock = { wallMs: () => WALL_AT_START + this.#now, monoMs: () => this.#now }

  readonly scheduler: Scheduler = { after: (ms, task) => this.#after(ms, task) }

  /** Milliseconds that have passed. */
  get now(): number {
    return this.#now
  }

  /** Counts from 1: whoever makes ids of it makes none twice in this time. */
  nextId(): number {
    return ++this.#ids
  }

  /** Lets `ms` pass, running what falls due, and whatever that leads to, on the way. With 0 only what is due now has its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#drop(next)
      this.#now = Math.max(this.#now, next.at)
      next.task()
      await settle()
    }
    this.#now = end
  }

  #after(ms: number, task: () => void): Cancel {
    const timer = { at: this.#now + ms, order: this.#order++, task }
    this.#timers = [...this.#timers, timer]
    return () => this.#drop(timer)
  }

  #drop(timer: Timer): void {
    this.#timers = this.#timers.filter(other => other !== timer)
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(timer => timer.at <= end).toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}
