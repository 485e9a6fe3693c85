import { randomInt } from 'node:crypto'

/** Random choices that one number repeats: a failing history is run again with `HOLDFAST_SEED`. */
export class Random {
  readonly seed: number
  #state: number

  constructor(seed: number) {
    this.seed = seed
    this.#state = seed
  }

  /** The seed of `HOLDFAST_SEED`, else a fresh one. */
  static fresh(): Random {
    return new Random(Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31)))
  }

  /** An integer from 0 to `below` − 1. */
  int(below: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

  /** Whether a throw with this chance (0–1) hits. */
  hits(chance: number): boolean {
    return this.int(1_000_000) < chance * 1_000_000
  }

  /** One of the items; of none `undefined`. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.int(Math.max(1, items.length))]
  }

  /** Each item with this chance. */
  some<T>(items: readonly T[], chance: number): T[] {
    return items.filter(() => this.hits(chance))
  }
}
