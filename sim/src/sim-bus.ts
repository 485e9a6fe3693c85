import type { Bus, BusMessage } from '@holdfast/server/testing'
import type { HintWatch } from './hint-watch.ts'
import type { SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** How hints travel between nodes: chances of 0 to 1, and milliseconds. */
export interface BusManner {
  loss: number
  repeat: number
  delayMs: number
}

interface Listener {
  readonly host: SimHost
  readonly hear: (message: BusMessage) => void
}

/** Carries hints between the nodes of a world: late, in any order, twice, or not at all. */
export class SimBus {
  readonly manner: BusManner
  readonly #time: SimTime
  readonly #random: SimRandom
  readonly #watch: HintWatch
  readonly #listeners = new Set<Listener>()

  constructor(time: SimTime, random: SimRandom, manner: BusManner, watch: HintWatch) {
    this.#time = time
    this.#random = random
    this.manner = manner
    this.#watch = watch
  }

  /** The bus as one node reaches it. A hint to the node itself is never lost: it needs no network. */
  of(host: SimHost): Bus {
    return {
      isReliable: false,
      publish: message => this.#publish(host, message),
      subscribe: hear => {
        const listener = { host, hear }
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      check: async () => {},
      close: async () => {
        for (const listener of this.#listeners) if (listener.host === host) this.#listeners.delete(listener)
      },
    }
  }

  /** A node is gone without a word. */
  forget(host: SimHost): void {
    for (const listener of this.#listeners) if (listener.host === host) this.#listeners.delete(listener)
  }

  #publish(from: SimHost, message: BusMessage): void {
    for (const listener of this.#listeners) {
      if (listener.host === from) {
        listener.hear(message)
        continue
      }
      const { loss, repeat, delayMs } = this.manner
      if (this.#random.chance(loss)) {
        this.#watch.lost(listener.host, message)
        continue
      }
      const times = this.#random.chance(repeat) ? 2 : 1
      let heard = 0
      for (let i = 0; i < times; i++) {
        this.#time.after(this.#random.exponential(delayMs), () =>
          listener.host.run(() => this.#hear(listener, message, ++heard > 1)),
        )
      }
    }
  }

  #hear({ host, hear }: Listener, message: BusMessage, isAgain: boolean): void {
    this.#watch.heard(host, message, isAgain)
    hear(message)
  }
}
