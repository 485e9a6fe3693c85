/** What must have happened in some world of a run, or the run has proved less than it seems to (sometimes-assertions, after Antithesis). */
export class Coverage {
  readonly #counts = new Map<string, number>()

  /** It has happened once more, or so many times. */
  saw(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times)
  }

  add(other: Coverage): void {
    for (const [what, count] of other.#counts) this.saw(what, count)
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0
  }

  /** How often each thing has happened, by name. */
  get all(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
