import type { SharedText } from '../../src/transport/shared-text.ts'
import type { Transport, TransportListener } from '../../src/transport/transport.ts'

/** A connection within the process, whose other end is the test: it reads when it is told to. */
export class MemoryTransport implements Transport {
  /** What the peer has taken. */
  readonly taken: string[] = []
  closedWith: number | null = null
  isPaused = false
  pings = 0
  #unsent: string[] = []
  #listener: TransportListener | null = null
  #isReading: boolean

  constructor(isReading = true) {
    this.#isReading = isReading
  }

  start(listener: TransportListener): void {
    this.#listener = listener
  }

  send(text: string | SharedText): void {
    if (this.closedWith !== null) return
    this.#unsent.push(typeof text === 'string' ? text : text.text)
    if (this.#isReading) this.read()
  }

  get bufferedBytes(): number {
    return this.#unsent.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  }

  ping(): void {
    this.pings++
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  close(code: number): void {
    this.closedWith ??= code
  }

  terminate(): void {
    this.closedWith ??= 1006
    this.#listener?.onClosed(this.closedWith)
  }

  /** The peer takes so many messages; by default all, and from now on each at once. */
  read(count?: number): void {
    if (count === undefined) this.#isReading = true
    this.taken.push(...this.#unsent.splice(0, count ?? this.#unsent.length))
    this.#listener?.onFlushed()
  }

  /** The peer sends a message. */
  arrive(text: string): void {
    this.#listener?.onMessage(text)
  }
}
