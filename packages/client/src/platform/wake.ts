import type { ClientPlatform } from './platform.ts'
import type { Cancel } from './scheduler.ts'

/** One timer for a machine that says when it next wants a tick. */
export class Wake {
  readonly #platform: ClientPlatform
  readonly #tick: () => void
  #armed: { readonly at: number; readonly cancel: Cancel } | null = null

  constructor(platform: ClientPlatform, tick: () => void) {
    this.#platform = platform
    this.#tick = tick
  }

  /**
   * Ticks at `at` (monotonic milliseconds) at the latest; null: not at all. A timer armed for an earlier moment stays,
   * since its tick finds nothing due: that spares a timer for each frame that puts the moment off.
   */
  armFor(at: number | null): void {
    if (at !== null && this.#armed !== null && this.#armed.at <= at) return
    this.#armed?.cancel()
    this.#armed = null
    if (at === null) return
    const { clock, scheduler } = this.#platform
    const cancel = scheduler.after(Math.max(0, at - clock.monoMs()), () => {
      this.#armed = null
      this.#tick()
    })
    this.#armed = { at, cancel }
  }
}
