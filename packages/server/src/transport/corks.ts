/** A stream that gathers what is written to it until it is told to let go. */
interface Corked {
  cork(): void
  uncork(): void
}

/**
 * Gathers what is written to sockets in one go, so that each of them gets it in one system call.
 *
 * They are let go together at the end of the microtask, not of the turn: what was published is on its way before the promise is settled that
 * acknowledges it. One promise serves all sockets of a flush.
 */
export class Corks {
  #corked: Corked[] = []

  /** Holds back what is written to `socket` from now on. To be called before the first write of a go; once more does no harm. */
  hold(socket: Corked): void {
    socket.cork()
    this.#corked.push(socket)
    if (this.#corked.length === 1) void Promise.resolve().then(this.#letGo)
  }

  readonly #letGo = (): void => {
    const corked = this.#corked
    this.#corked = []
    for (const socket of corked) socket.uncork()
  }
}
