import { setImmediate as turn } from 'node:timers/promises'

/** Stops what was planned; harmless when it has happened. */
export type Cancel = () => void

interface Task {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/** Time of a simulated world: it stands still but for what is planned in it, and then jumps to the next of that. */
export class SimTime {
  #nowMs = 0
  #order = 0
  readonly #heap: Task[] = []

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs
  }

  after(ms: number, run: () => void): Cancel {
    const task: Task = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, run, isCancelled: false }
    this.#push(task)
    return () => {
      task.isCancelled = true
    }
  }

  /** Resolves after `ms`. */
  wait(ms: number): Promise<void> {
    return new Promise(resolve => this.after(ms, resolve))
  }

  /**
   * Lets time pass up to `atMs`, one task after the other; after each, everything that waits for nothing but its turn has it, so
   * that the order of all that happens is that of the tasks.
   */
  async runUntil(atMs: number): Promise<void> {
    await turn()
    for (let task = this.#next(atMs); task !== undefined; task = this.#next(atMs)) {
      this.#nowMs = task.atMs
      task.run()
      await turn()
    }
    this.#nowMs = Math.max(this.#nowMs, atMs)
  }

  #next(untilMs: number): Task | undefined {
    for (;;) {
      const [first] = this.#heap
      if (first === undefined || first.atMs > untilMs) return undefined
      this.#pop()
      if (!first.isCancelled) return first
    }
  }

  #push(task: Task): void {
    const heap = this.#heap
    let at = heap.push(task) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(heap[at], heap[parent])) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (isBefore(heap[left], heap[least])) least = left
      if (isBefore(heap[right], heap[least])) least = right
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x === undefined || y === undefined) return
    this.#heap[a] = y
    this.#heap[b] = x
  }
}

function isBefore(a: Task | undefined, b: Task | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.atMs - b.atMs < 0 || (a.atMs === b.atMs && a.order < b.order)
}
