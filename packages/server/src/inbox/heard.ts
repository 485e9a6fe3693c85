/**
 * Of which rooms something was heard while somebody's rooms were being read: what changed in them then has to be told too.
 * It costs the same however many are being read, and holds at most the rooms in which something happened meanwhile.
 */
export class Heard {
  readonly #last = new Map<string, number>()
  #count = 0
  #listeners = 0

  /** Somebody wishes to know what is heard from now on; the mark to ask with, until `end`. */
  begin(): number {
    this.#listeners++
    return this.#count
  }

  end(): void {
    this.#listeners--
    if (this.#listeners === 0) this.#last.clear()
  }

  hear(roomId: string): void {
    this.#count++
    if (this.#listeners > 0) this.#last.set(roomId, this.#count)
  }

  /** Whether something was heard of the room since the mark. */
  has(roomId: string, mark: number): boolean {
    return (this.#last.get(roomId) ?? 0) > mark
  }
}
