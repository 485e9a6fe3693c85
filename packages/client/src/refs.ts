/** Names for commands: no two of one client are the same, in whatever session they are sent. */
export class Refs {
  #last = 0

  readonly next = (): string => {
    this.#last++
    return `r${this.#last}`
  }
}
