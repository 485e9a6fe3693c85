/** Most rows of one kind that are remembered; the one remembered longest gives way. Some 2 MB, and more people than write at a time. */
const MAX_ROWS = 10_000

/**
 * Rows as the connection that writes has read or left them; null: there is none.
 *
 * Nobody else writes to the database (its folder is locked), so what is remembered is true until this connection changes it, or takes a
 * transaction back. It spares three of the five statements of a message: how its sender stands in the room is known.
 */
export class Remembered<Row> {
  readonly #rows = new Map<string, Row | null>()

  /** The row of `userId` in `room`, read when it is not known. */
  get(room: number, userId: string, read: () => Row | null): Row | null {
    const key = keyOf(room, userId)
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = read()
    const [oldest] = this.#rows.size >= MAX_ROWS ? this.#rows.keys() : []
    if (oldest !== undefined) this.#rows.delete(oldest)
    this.#rows.set(key, row)
    return row
  }

  /** It is written. */
  forget(room: number, userId: string): void {
    this.#rows.delete(keyOf(room, userId))
  }

  /** Many are written, or nothing that was read counts any more. */
  forgetAll(): void {
    this.#rows.clear()
  }
}

function keyOf(room: number, userId: string): string {
  return `${room} ${userId}`
}
