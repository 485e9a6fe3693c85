/** Why no input is read: the peer does not take what it is sent; too many of its commands are under way; the node is going away. */
export type PauseReason = 'lagging' | 'busy' | 'stopping'

/** Keeps the input stopped for as long as there is any reason to: one reason's end never overrules another. */
export class Pauses {
  readonly #reasons = new Set<PauseReason>()
  readonly #input: { pause(): void; resume(): void }

  constructor(input: { pause(): void; resume(): void }) {
    this.#input = input
  }

  hold(reason: PauseReason): void {
    this.#reasons.add(reason)
    this.#input.pause()
  }

  release(reason: PauseReason): void {
    if (this.#reasons.delete(reason) && this.#reasons.size === 0) this.#input.resume()
  }
}
