import type { Direction } from './unit.ts'

/** One direction of one connection. */
export interface Path {
  /** Connections are numbered from 0, in the order in which they were taken. */
  readonly connection: number
  readonly direction: Direction
}

interface Waiter {
  readonly path: Path
  readonly go: () => void
}

/** Where paths wait until somebody lets them go on. */
export class Gate {
  readonly #waiters = new Set<Waiter>()

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** Resolves when the path is released, or as soon as `signal` aborts. */
  wait(path: Path, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const go = () => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', go)
        resolve()
      }
      const waiter = { path, go }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', go, { once: true })
    })
  }

  /** Lets those go on for which `which` holds; without it all. */
  release(which: (path: Path) => boolean = () => true): void {
    for (const { path, go } of [...this.#waiters]) if (which(path)) go()
  }
}
