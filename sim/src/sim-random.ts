/**
 * All chance of a simulated world: a stream of numbers that a seed decides (sfc32, Chris Doty-Humphrey, PractRand). A part of the world that
 * draws from a fork of its own changes nothing for the others, however much it draws.
 */
export class SimRandom {
  readonly #state: Uint32Array

  constructor(seed: string) {
    const [a, b, c] = [hash(`a${seed}`), hash(`b${seed}`), hash(`c${seed}`)]
    this.#state = Uint32Array.of(a, b, c, 1)
    for (let i = 0; i < 12; i++) this.u32()
    this.#seed = seed
  }

  readonly #seed: string

  /** A stream of its own; the same for the same name. */
  fork(name: string): SimRandom {
    return new SimRandom(`${this.#seed}/${name}`)
  }

  u32(): number {
    const state = this.#state
    const [a = 0, b = 0, c = 0, counter = 0] = state
    const result = (a + b + counter) >>> 0
    state[3] = counter + 1
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + result
    return result
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.u32() / 2 ** 32
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.int(0, from.length - 1)]
    if (picked === undefined) throw new Error('unable to pick; there is nothing to pick from')
    return picked
  }

  /** One of the keys, each as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return this.pick(entries.filter(([, weight]) => weight > 0))[0]
  }

  /** Mostly short, now and then long: how long a thing takes whose mean is `mean`. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.u32() & 0xff)
  }
}

/** FNV-1a with a final mix, so that seeds that differ in one digit are far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
