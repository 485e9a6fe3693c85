import type { Bus, BusMessage } from '../../src/bus/bus.ts'
import type { Scheduler } from '../../src/platform/clock.ts'

/** What becomes of one message on its way to one listener: after how many milliseconds it arrives; never, once or twice. */
export type Fate = readonly number[]

/** A bus between nodes that loses, repeats and reorders, as its fates say. Without fates left it delivers at once. */
export class FaultyBus implements Bus {
  readonly isReliable = false
  readonly #scheduler: Scheduler
  readonly #fates: Fate[]
  readonly #listeners = new Set<(message: BusMessage) => void>()
  /** How many deliveries were dropped, repeated or delayed: that a run had faults at all. */
  faults = 0

  constructor(scheduler: Scheduler, fates: readonly Fate[]) {
    this.#scheduler = scheduler
    this.#fates = [...fates]
  }

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) {
      const fate = this.#fates.shift() ?? [0]
      if (fate.length !== 1 || fate[0] !== 0) this.faults++
      for (const delayMs of fate) {
        if (delayMs === 0) listener(message)
        else this.#scheduler.after(delayMs, () => listener(message))
      }
    }
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.#listeners.clear()
  }
}
