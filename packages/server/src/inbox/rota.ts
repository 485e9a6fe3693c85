import type { Clock } from '../platform/clock.ts'

/**
 * Decides whose turn it is: what is due gets one at once when it has rested, and no other before it has rested again. All rest
 * equally long, so that they are ready again in the order in which they went to rest, and nothing is ever searched.
 */
export class Rota<T> {
  readonly #clock: Clock
  readonly #restMs: number
  /** Due, and rested. */
  readonly #ready = new Set<T>()
  /** Due, but resting or in their turn. */
  readonly #due = new Set<T>()
  readonly #inTurn = new Set<T>()
  /** Until when, on the monotonic clock; ascending. */
  readonly #resting = new Map<T, number>()

  constructor(clock: Clock, restMs: number) {
    this.#clock = clock
    this.#restMs = restMs
  }

  /** `item` wants a turn. */
  add(item: T): void {
    this.#wake()
    if (this.#inTurn.has(item) || this.#resting.has(item)) this.#due.add(item)
    else this.#ready.add(item)
  }

  /** Those whose turn it is, at most `limit`; each is in its turn until it is told to `rest`. */
  take(limit: number): readonly T[] {
    this.#wake()
    const taken: T[] = []
    for (const item of this.#ready) {
      if (taken.length === limit) break
      this.#ready.delete(item)
      this.#inTurn.add(item)
      taken.push(item)
    }
    return taken
  }

  /** The turn of `item` is over; it rests from now on, or not at all when it has done nothing. */
  rest(item: T, hasActed: boolean): void {
    if (!this.#inTurn.delete(item)) return
    if (hasActed) this.#resting.set(item, this.#clock.monoMs() + this.#restMs)
    else if (this.#due.delete(item)) this.#ready.add(item)
  }

  /** Which of `items` want a turn and have yet to get it. */
  waiting(items: Iterable<T>): readonly T[] {
    if (this.#ready.size + this.#due.size === 0) return []
    return [...items].filter(item => this.#ready.has(item) || this.#due.has(item))
  }

  remove(item: T): void {
    for (const items of [this.#ready, this.#due, this.#inTurn, this.#resting]) items.delete(item)
  }

  /** In how many milliseconds somebody may have a turn; null: nobody wants one. */
  get waitMs(): number | null {
    this.#wake()
    if (this.#ready.size > 0) return 0
    if (this.#due.size === 0) return null
    const [first] = this.#resting.values()
    return first === undefined ? null : first - this.#clock.monoMs()
  }

  #wake(): void {
    const now = this.#clock.monoMs()
    for (const [item, untilMs] of this.#resting) {
      if (untilMs > now) return
      this.#resting.delete(item)
      if (this.#due.delete(item)) this.#ready.add(item)
    }
  }
}
