import type { Bus, BusMessage } from '../../src/bus/bus.ts'
import { LocalBus } from '../../src/bus/local.ts'
import type { Scheduler } from '../../src/platform/clock.ts'

/** A bus that brings everything once and in order, but some time after it was committed. */
export class LaggingBus extends LocalBus implements Bus {
  readonly #scheduler: Scheduler
  readonly #lagMs: number

  constructor(scheduler: Scheduler, lagMs: number) {
    super(error => {
      throw error
    })
    this.#scheduler = scheduler
    this.#lagMs = lagMs
  }

  override publish(message: BusMessage): void {
    this.#scheduler.after(this.#lagMs, () => super.publish(message))
  }
}
