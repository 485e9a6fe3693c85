import type { Scheduler } from './platform/scheduler.ts'

/** Tells listeners of changes: at once, or, inside a batch, once at its end however much changed. */
export class Changes {
  readonly #scheduler: Scheduler
  readonly #marked = new Set<Emitter>()
  #depth = 0

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** Runs `work`, then tells of everything that it changed. */
  batch(work: () => void): void {
    this.#depth++
    try {
      work()
    } finally {
      this.#depth--
      if (this.#depth === 0) this.#tell()
    }
  }

  /** `emitter` has changed. */
  mark(emitter: Emitter): void {
    this.#marked.add(emitter)
    if (this.#depth === 0) this.#tell()
  }

  #tell(): void {
    // A listener may change things again; what it marks is told in the same go.
    for (const emitter of this.#marked) {
      this.#marked.delete(emitter)
      emitter.tell(error => {
        this.#scheduler.after(0, () => {
          throw error
        })
      })
    }
  }
}

/** One value that changes, and its listeners. */
export class Emitter {
  readonly #changes: Changes
  readonly #listeners = new Set<() => void>()

  constructor(changes: Changes) {
    this.#changes = changes
  }

  subscribe(listener: () => void): () => void {
    // Wrapped, so that the same function given twice is two subscriptions.
    const own = () => listener()
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  changed(): void {
    this.#changes.mark(this)
  }

  /** A listener that throws costs the others nothing. */
  tell(onError: (error: unknown) => void): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener()
      } catch (error) {
        onError(error)
      }
    }
  }
}
