import type { Bus, BusMessage } from './bus.ts'

/**
 * The bus of one process: a message has reached every listener when `publish` returns, in the order of publishing.
 *
 * `onError` is told what a listener throws.
 */
export class LocalBus implements Bus {
  readonly isReliable = true
  readonly #listeners = new Set<(message: BusMessage) => void>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) {
      try {
        listener(message)
      } catch (error) {
        this.#onError(error)
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
