import type { Network, NetworkChange } from '@holdfast/client'

/** What a page is told of its device's network and screen. */
export class SimDeviceNetwork implements Network {
  #isUp = true
  #isVisible = true
  readonly #listeners = new Set<(change: NetworkChange) => void>()

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

  tell(change: NetworkChange): void {
    if (change === 'up' || change === 'down') this.#isUp = change === 'up'
    else this.#isVisible = change === 'visible'
    for (const listener of this.#listeners) listener(change)
  }
}
