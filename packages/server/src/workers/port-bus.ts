import type { Bus, BusMessage } from '../bus/bus.ts'
import { LocalBus } from '../bus/local.ts'

/** What the bus of a gateway hands its messages to. */
export interface BusLine {
  tell(message: BusMessage): void
  /** Resolves when the owner answers; rejects when the line has ended. */
  check(): Promise<void>
}

/**
 * The bus of a gateway: what it publishes goes to the owner of the log, who tells it to all gateways, this one included, in one
 * order. Nothing is lost as long as the process lives.
 */
export class PortBus implements Bus {
  readonly isReliable = true
  readonly #listeners: LocalBus
  readonly #line: BusLine

  /** `onError` is told what a listener throws. */
  constructor(line: BusLine, onError: (error: unknown) => void) {
    this.#line = line
    this.#listeners = new LocalBus(onError)
  }

  publish(message: BusMessage): void {
    this.#line.tell(message)
  }

  /** A message has come from the owner. */
  receive(message: BusMessage): void {
    this.#listeners.publish(message)
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  check(): Promise<void> {
    return this.#line.check()
  }

  close(): Promise<void> {
    return this.#listeners.close()
  }
}
