/** Something that gathers what is written to it until it is told to let go. */
export interface Corked {
  letGo(): void
}

/**
 * Gathers what is written to sockets in one go, so that each of them gets it in one system call.
 *
 * They are let go together at the end of the microtask, not of the turn: what was published is on its way before the promise is settled that
 * acknowledges it. One promise serves all sockets of a flush.
 */
export class Corks {
  #corked: Corked[] = []

  /** `corked` is let go once what runs now is over. Not to be called again before. */
  hold(corked: Corked): void {
    this.#corked.push(corked)
    if (this.#corked.length === 1) void Promise.resolve().then(this.#letGo)
  }

  readonly #letGo = (): void => {
    const corked = this.#corked
    this.#corked = []
    for (const one of corked) one.letGo()
  }
}
