/** Runs `task` once after `delayMs` milliseconds; calling the answer before that takes it back. */
export type Later = (task: () => void, delayMs: number) => () => void

interface Hold {
  holders: number
  release: () => void
  takeBack: (() => void) | null
}

/**
 * Keeps something in use while at least one holder needs it, and a moment longer.
 *
 * React mounts, unmounts and mounts again in StrictMode, on fast refresh and when a route is swapped. Letting go at once
 * would close a socket or leave a room only to come straight back, so the last release waits `lingerMs`, which is asked for
 * then: whoever retains within that time takes over what is still held.
 */
export class Retainer<K extends WeakKey> {
  readonly #holds = new WeakMap<K, Hold>()
  readonly #acquire: (key: K) => () => void
  readonly #lingerMs: (key: K) => number
  readonly #later: Later

  constructor(acquire: (key: K) => () => void, lingerMs: (key: K) => number, later: Later) {
    this.#acquire = acquire
    this.#lingerMs = lingerMs
    this.#later = later
  }

  /** Holds `key` until the answer is called; calling it twice counts once. */
  retain(key: K): () => void {
    const hold = this.#holds.get(key) ?? this.#begin(key)
    hold.holders += 1
    hold.takeBack?.()
    hold.takeBack = null
    let released = false
    return () => {
      if (released) return
      released = true
      hold.holders -= 1
      if (hold.holders === 0) hold.takeBack = this.#later(() => this.#end(key, hold), this.#lingerMs(key))
    }
  }

  /** Lets go of `key` and takes it again at once, whoever holds it; nothing when nobody does. */
  renew(key: K): void {
    const hold = this.#holds.get(key)
    if (hold === undefined) return
    hold.release()
    hold.release = this.#acquire(key)
  }

  #begin(key: K): Hold {
    const hold: Hold = { holders: 0, release: this.#acquire(key), takeBack: null }
    this.#holds.set(key, hold)
    return hold
  }

  #end(key: K, hold: Hold): void {
    this.#holds.delete(key)
    hold.release()
  }
}
