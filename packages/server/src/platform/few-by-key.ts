/**
 * Things by what they belong to, of which most have one thing alone: with a set for each, that set would be the largest part of what an idle connection
 * costs (230 bytes). It is made with the second thing.
 */
export class FewByKey<T extends object> {
  readonly #byKey = new Map<string, T | Set<T>>()

  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  /** In the order in which they were added. Empty where there are none. */
  of(key: string): Iterable<T> {
    return listed(this.#byKey.get(key))
  }

  add(key: string, one: T): void {
    const there = this.#byKey.get(key)
    if (there === undefined) this.#byKey.set(key, one)
    else if (there instanceof Set) there.add(one)
    else if (there !== one) this.#byKey.set(key, new Set([there, one]))
  }

  /** Harmless when it is not there. */
  delete(key: string, one: T): void {
    const there = this.#byKey.get(key)
    if (there === one) this.#byKey.delete(key)
    if (!(there instanceof Set) || !there.delete(one) || there.size > 0) return
    this.#byKey.delete(key)
  }

  /** Each key with all that belongs to it. */
  *[Symbol.iterator](): Iterator<readonly [key: string, Iterable<T>]> {
    for (const [key, there] of this.#byKey) yield [key, listed(there)]
  }
}

function listed<T extends object>(there: T | Set<T> | undefined): Iterable<T> {
  return there === undefined ? [] : there instanceof Set ? there : [there]
}
