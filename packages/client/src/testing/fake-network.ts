import type { Network, NetworkChange } from '../platform/network.ts'

/** The device's word on its network and its screen, as a test gives it. At first it is up and visible. */
export class FakeNetwork implements Network {
  readonly #listeners = new Set<(change: NetworkChange) => void>()
  #isUp = true
  #isVisible = true

  isUp(): boolean {
    return this.#isUp
  }

  isVisible(): boolean {
    return this.#isVisible
  }

  watch(listener: (change: NetworkChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The device says that its network, or its screen, has changed. It says so only: no connection is cut by it. */
  tell(change: NetworkChange): void {
    if (change === 'up' || change === 'down') this.#isUp = change === 'up'
    else this.#isVisible = change === 'visible'
    for (const listener of this.#listeners) listener(change)
  }
}
