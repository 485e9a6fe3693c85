import type { Port } from '../../src/workers/port.ts'

/** When what was posted arrives. Default: in a later turn of the event loop, as between threads. */
export type Carry = (arrive: () => void) => void

/** The two ends of a line within one thread: what is posted is cloned at once, and arrives later, in the order posted. */
export function portPair(carry: Carry = arrive => setImmediate(arrive)): readonly [Port, Port] {
  const [there, back] = [new Way(carry), new Way(carry)]
  const close = () => {
    there.close()
    back.close()
  }
  return [
    { post: message => there.post(message), listen: listener => back.listen(listener), close },
    { post: message => back.post(message), listen: listener => there.listen(listener), close },
  ]
}

/** One direction. */
class Way {
  readonly #carry: Carry
  #waiting: unknown[] = []
  #listener: ((message: unknown) => void) | null = null
  #isClosed = false

  constructor(carry: Carry) {
    this.#carry = carry
  }

  post(message: unknown): void {
    if (this.#isClosed) return
    this.#waiting.push(structuredClone(message))
    this.#carry(() => this.#arrive())
  }

  /** What has come before anybody listens waits for them. */
  listen(listener: (message: unknown) => void): void {
    this.#listener = listener
    for (const _ of this.#waiting) this.#carry(() => this.#arrive())
  }

  close(): void {
    this.#isClosed = true
    this.#waiting = []
  }

  #arrive(): void {
    if (this.#listener === null || this.#waiting.length === 0) return
    this.#listener(this.#waiting.shift())
  }
}
