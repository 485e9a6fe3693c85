/** Most positions of one room that are remembered; the one that moved longest ago is forgotten first. */
export const MAX_KNOWN_READS = 2_000
/** In a large room only those who have read furthest are told of: with two of them, everybody has somebody else. */
const FURTHEST = 2

interface Position {
  readonly seq: number
  /** When it moved or was last told, by the monotonic clock. */
  readonly toldMs: number
}

/** How far people are known to have read in one room: what others may be told. Pure. */
export class FurthestReads {
  /** Those that moved longest ago first. */
  readonly #positions = new Map<string, Position>()

  /** Takes a position. False when it is not to be told: it is not further, or in a large room not among the furthest. */
  take(userId: string, seq: number, nowMs: number, isLarge: boolean): boolean {
    if (seq <= (this.#positions.get(userId)?.seq ?? 0)) return false
    this.#set(userId, seq, nowMs)
    if (isLarge) this.#keepFurthest()
    else if (this.#positions.size > MAX_KNOWN_READS) this.#positions.delete(this.#oldest() ?? userId)
    return this.#positions.has(userId)
  }

  has(userId: string): boolean {
    return this.#positions.has(userId)
  }

  forget(userId: string): void {
    this.#positions.delete(userId)
  }

  /** These have been told just now to all who were there. */
  told(userIds: Iterable<string>, nowMs: number): void {
    for (const userId of userIds) {
      const position = this.#positions.get(userId)
      if (position !== undefined) this.#set(userId, position.seq, nowMs)
    }
  }

  /** Those told at `sinceMs` or later, at most `most`, the latest. */
  since(sinceMs: number, most: number): Map<string, number> {
    const late = [...this.#positions].filter(([, { toldMs }]) => toldMs >= sinceMs)
    return new Map(late.slice(-most).map(([userId, { seq }]) => [userId, seq]))
  }

  #set(userId: string, seq: number, toldMs: number): void {
    this.#positions.delete(userId)
    this.#positions.set(userId, { seq, toldMs })
  }

  #keepFurthest(): void {
    while (this.#positions.size > FURTHEST) {
      let [least, leastSeq] = ['', Number.POSITIVE_INFINITY]
      // Of equals the latest goes: who was told of first stays.
      for (const [userId, { seq }] of this.#positions) if (seq <= leastSeq) [least, leastSeq] = [userId, seq]
      this.#positions.delete(least)
    }
  }

  #oldest(): string | undefined {
    return this.#positions.keys().next().value
  }
}
