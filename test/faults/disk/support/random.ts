/** Numbers that look like chance and follow from a seed (mulberry32), so that what one run found another can look at. */
export class Seeded {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** From 0 up to 1, without 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from `from` up to `to`, without `to`. */
  below(to: number, from = 0): number {
    return from + Math.floor(this.fraction() * (to - from))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }
}
