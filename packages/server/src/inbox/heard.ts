/** Rooms of which it is remembered one by one when something was last heard of them. */
export const MAX_HEARD = 10_000

/**
 * Of which rooms something was heard while somebody's rooms were being read: what changed in them then has to be told too.
 * It costs the same however many are being read, and holds the rooms in which something happened meanwhile, up to a limit:
 * of those beyond it, it says that something was heard to whoever has been asking for longer than they have been quiet.
 */
export class Heard {
  /** The longest quiet one first. */
  readonly #last = new Map<string, number>()
  readonly #most: number
  #count = 0
  /** The latest hearing of a room that is not remembered. */
  #forgotten = 0
  #listeners = 0

  /** `most`: see MAX_HEARD. */
  constructor(most = MAX_HEARD) {
    this.#most = most
  }

  /** Rooms remembered. */
  get size(): number {
    return this.#last.size
  }

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
    if (this.#listeners === 0) return
    this.#last.delete(roomId)
    this.#last.set(roomId, this.#count)
    if (this.#last.size > this.#most) this.#forget()
  }

  /** Whether something was heard of the room since the mark; perhaps, where it is not remembered. */
  has(roomId: string, mark: number): boolean {
    return (this.#last.get(roomId) ?? this.#forgotten) > mark
  }

  #forget(): void {
    const [quietest] = this.#last
    if (quietest === undefined) return
    const [roomId, count] = quietest
    this.#last.delete(roomId)
    this.#forgotten = count
  }
}
