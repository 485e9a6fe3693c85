/** Something that has a place in an order of changes. */
export interface Dated<T> {
  /** Which change of the order it was: 1, 2, 3, … */
  version: number
  older: T | null
  newer: T | null
}

/** Things in the order in which they last changed; what has changed since some moment is found without looking at the rest. */
export class Recency<T extends Dated<T>> {
  #newest: T | null = null
  #version = 0

  /** The version of the latest change; 0: there was none. */
  get version(): number {
    return this.#version
  }

  /** `item`, which may be new, has changed now. */
  touch(item: T): void {
    if (this.#newest !== item) {
      this.#unlink(item)
      item.older = this.#newest
      if (this.#newest !== null) this.#newest.newer = item
      this.#newest = item
    }
    item.version = ++this.#version
  }

  remove(item: T): void {
    this.#unlink(item)
  }

  /** What has changed after `version`, the oldest change first. */
  since(version: number): readonly T[] {
    const found: T[] = []
    for (let item = this.#newest; item !== null && item.version > version; item = item.older) found.push(item)
    return found.reverse()
  }

  #unlink(item: T): void {
    if (item.older !== null) item.older.newer = item.newer
    if (item.newer !== null) item.newer.older = item.older
    if (this.#newest === item) this.#newest = item.older
    item.older = null
    item.newer = null
  }
}
