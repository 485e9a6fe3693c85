import type { Port } from '@holdfast/server/testing'
import type { SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** One end of a line between two threads, and whose it is. */
export interface PortParts {
  readonly time: SimTime
  readonly random: SimRandom
  /** How long what is posted takes to arrive on average, in milliseconds: as long as whoever takes it is busy. */
  readonly delayMs: number
  readonly ends: readonly [SimHost, SimHost]
  /** Told of what is posted at an end. */
  readonly onPosted: (by: SimHost, message: unknown) => void
  /** Told of what is taken at an end, before it is. */
  readonly onTaken: (at: SimHost, message: unknown) => void
}

/** A line between two threads of a process: what is posted is copied at once, and arrives later, whole, once, in the order posted. */
export class SimPorts {
  readonly ends: readonly [Port, Port]
  readonly #there: Way
  readonly #back: Way

  constructor(parts: PortParts) {
    const [a, b] = parts.ends
    this.#there = new Way(parts, a, b)
    this.#back = new Way(parts, b, a)
    this.ends = [this.#end(this.#there, this.#back), this.#end(this.#back, this.#there)]
  }

  #end(out: Way, into: Way): Port {
    const close = () => {
      this.#there.close()
      this.#back.close()
    }
    return { post: message => out.post(message), listen: listener => into.listen(listener), close }
  }
}

/** One direction. */
class Way {
  readonly #parts: PortParts
  readonly #from: SimHost
  readonly #to: SimHost
  readonly #waiting: unknown[] = []
  /** Those of them that have come before anybody listened. */
  #unheard = 0
  #lastMs = 0
  #listener: ((message: unknown) => void) | null = null
  #isClosed = false

  constructor(parts: PortParts, from: SimHost, to: SimHost) {
    this.#parts = parts
    this.#from = from
    this.#to = to
  }

  post(message: unknown): void {
    if (this.#isClosed) return
    const { time, random, delayMs, onPosted } = this.#parts
    onPosted(this.#from, message)
    this.#waiting.push(structuredClone(message))
    this.#lastMs = Math.max(this.#lastMs, time.nowMs + random.exponential(delayMs))
    // What arrives is what was posted first, whichever of their moments this is.
    time.after(this.#lastMs - time.nowMs, () => this.#to.run(() => this.#arrive()))
  }

  /** What has come before waits for it. */
  listen(listener: (message: unknown) => void): void {
    this.#listener = listener
    for (let left = this.#unheard; left > 0; left--) this.#parts.time.after(0, () => this.#to.run(() => this.#arrive()))
    this.#unheard = 0
  }

  close(): void {
    this.#isClosed = true
    this.#waiting.length = 0
  }

  #arrive(): void {
    if (this.#isClosed) return
    if (this.#listener === null) {
      this.#unheard++
      return
    }
    const message = this.#waiting.shift()
    this.#parts.onTaken(this.#to, message)
    this.#listener(message)
  }
}
