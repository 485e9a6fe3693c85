/** Deletes of a room that are remembered one by one. */
const MAX_LOWERINGS = 64

/** Which messages were deleted when: to tell whose counts it may have lowered. */
export class Lowerings {
  /** `at`: the event; `seq`: the message, 0 when it is not known which. Ascending `at`. */
  readonly #known: { readonly at: number; readonly seq: number }[] = []
  /** The last one that is not remembered by itself. */
  #forgottenAt = 0

  /** The last delete; 0 when there was none. */
  get lastAt(): number {
    return this.#known.at(-1)?.at ?? 0
  }

  add(at: number, seq: number): void {
    this.#known.push({ at, seq })
    if (this.#known.length > MAX_LOWERINGS) this.#forgottenAt = this.#known.shift()?.at ?? at
  }

  /** Whether a message up to `seq` may have been deleted after it. */
  touch(seq: number): boolean {
    return this.#forgottenAt > seq || this.#known.some(lowering => lowering.at > seq && lowering.seq <= seq)
  }
}
