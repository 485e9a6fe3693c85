/** Most rows of one kind in a generation; there are two. Some 4 MB, and more people than write at a time. */
const MAX_ROWS = 10_000

/**
 * Rows as the connection that writes has read or left them; null: there is none.
 *
 * Nobody else writes to the database (its folder is locked), so what is remembered is true until this connection changes it, or takes a
 * transaction back. It spares three of the five statements of a message: how its sender stands in the room is known; and one of each room
 * that a transaction writes to.
 *
 * When the younger generation is full it becomes the older one, and what was in that and not asked for since is forgotten: one step for each
 * row, where dropping the oldest of a map, row by row, passes over all that were dropped before.
 */
export class Remembered<Row> {
  readonly #maxRows: number
  #young = new Map<string, Row | null>()
  #old = new Map<string, Row | null>()

  /** `maxRows`: those of one generation. */
  constructor(maxRows: number = MAX_ROWS) {
    this.#maxRows = maxRows
  }

  /** The row of this key, read when it is not known. */
  get(key: string, read: () => Row | null): Row | null {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    const row = old === undefined ? read() : old
    this.#keep(key, row)
    return row
  }

  /** It is as it was written. */
  set(key: string, row: Row | null): void {
    this.#old.delete(key)
    if (this.#young.has(key)) this.#young.set(key, row)
    else this.#keep(key, row)
  }

  /** It is written. */
  forget(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Many are written, or nothing that was read counts any more. */
  forgetAll(): void {
    this.#young = new Map()
    this.#old = new Map()
  }

  #keep(key: string, row: Row | null): void {
    if (this.#young.size >= this.#maxRows) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, row)
  }
}

/** The key of what is kept of a person in a room. */
export function personIn(room: number, userId: string): string {
  return `${room} ${userId}`
}
