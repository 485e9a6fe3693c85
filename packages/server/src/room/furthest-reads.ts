import { FURTHEST_READS } from '../log/room-log.ts'

/** Most positions of one room that are remembered; the one that moved longest ago is forgotten first. */
export const MAX_KNOWN_READS = 2_000
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
    if (isLarge) this.cut()
    else if (this.#positions.size > MAX_KNOWN_READS) this.#positions.delete(this.#oldest() ?? userId)
    return this.#positions.has(userId)
  }

  has(userId: string): boolean {
    return this.#positions.has(userId)
  }

  /** Whether it was known. */
  forget(userId: string): boolean {
    return this.#positions.delete(userId)
  }

  /**
   * The log has shown these, which those who got a snapshot know; what was heard meanwhile may be further. The answer: those
   * that are further than was known, as far as they may be told.
   */
  seed(reads: Readonly<Record<string, number>>, isLarge: boolean): Map<string, number> {
    const heard = [...this.#positions]
    const further = Object.entries(reads).filter(([userId, seq]) => seq > (this.#positions.get(userId)?.seq ?? 0))
    this.#positions.clear()
    for (const [userId, seq] of further) this.#set(userId, seq, Number.NEGATIVE_INFINITY)
    for (const [userId, { seq, toldMs }] of heard) {
      const seeded = this.#positions.get(userId)
      this.#set(userId, Math.max(seq, seeded?.seq ?? 0), toldMs)
    }
    if (isLarge) this.cut()
    return new Map(further.filter(([userId]) => this.#positions.has(userId)))
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

  /** Keeps the furthest alone: the room is large. */
  cut(): void {
    while (this.#positions.size > FURTHEST_READS) {
      let [least, leastSeq] = ['', Number.POSITIVE_INFINITY]
      // Of equals the latest goes: who was told of first stays.
      for (const [userId, { seq }] of this.#positions) if (seq <= leastSeq) [least, leastSeq] = [userId, seq]
      this.#positions.delete(least)
    }
  }

  #set(userId: string, seq: number, toldMs: number): void {
    this.#positions.delete(userId)
    this.#positions.set(userId, { seq, toldMs })
  }

  #oldest(): string | undefined {
    return this.#positions.keys().next().value
  }
}
