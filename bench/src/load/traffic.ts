import type { Outgoing } from '../dialects/dialect.ts'
import { Latencies } from '../generator/latencies.ts'
import { openLoop } from '../generator/open-loop.ts'
import { contentOf } from './closed-loop.ts'

/** Longer than any scenario: it ends when it is told to. */
const LONGEST_MS = 600_000

/** Messages at a fixed rate to some rooms in turn, beside what is measured, and a witness who notes how long each took. */
export class Traffic {
  readonly #roomIds: readonly string[]
  readonly #due: number[] = []
  /** How long each message took to the witness; by its number. */
  readonly #ms: number[] = []
  #acknowledged = 0
  #witnessed = 0
  #isOver = false

  constructor(roomIds: readonly string[]) {
    this.#roomIds = roomIds
  }

  /** Sends until `end`. */
  run(perSecond: number, send: (message: Outgoing) => void): Promise<void> {
    const one = (dueAt: number) => {
      const n = this.#due.push(dueAt) - 1
      send({ n, roomId: this.#roomIds[n % this.#roomIds.length] ?? '', content: contentOf(n) })
    }
    return openLoop(perSecond, LONGEST_MS, one, () => this.#isOver)
  }

  /** From when each message was due until the witness had it, of those that were due in this stretch of `performance.now()`. */
  between(from: number, to: number): Latencies {
    const latencies = new Latencies()
    for (const [n, dueAt] of this.#due.entries()) {
      const ms = this.#ms[n]
      if (dueAt >= from && dueAt < to && ms !== undefined) latencies.note(ms)
    }
    return latencies
  }

  end(): void {
    this.#isOver = true
  }

  acknowledged(): void {
    this.#acknowledged++
  }

  witnessed(n: number): void {
    this.#witnessed++
    this.#ms[n] = performance.now() - (this.#due[n] ?? 0)
  }

  /** Whether all that was sent is acknowledged and has been seen. */
  get isSettled(): boolean {
    return this.#acknowledged === this.#due.length && this.#witnessed === this.#due.length
  }

  /** How many messages were sent in all. */
  get sent(): number {
    return this.#due.length
  }

  /** How many messages went to the room with this index. */
  sentTo(room: number): number {
    const rest = this.#due.length - room
    return rest <= 0 ? 0 : Math.ceil(rest / this.#roomIds.length)
  }
}
