import type { Clock } from '../platform/clock.ts'
import type { CursorMark } from './inbox-session.ts'

/**
 * A cursor is given to clients so long after it was read, in milliseconds: what was committed before it has come over the bus
 * by then, and has been handed to the sessions it concerns. It is no wait for news: a log that another thread writes answers once
 * that news is here (`GatewayRooms`), however long it takes, and only then does this time begin.
 */
export const SETTLE_MS = 2_000

/** The latest cursor of the log of which it is certain that everything before it was heard. It is read only while something happens. */
export class SettledCursor {
  readonly #clock: Clock
  readonly #read: () => Promise<string>
  #settled: CursorMark | null = null
  #next: (CursorMark & { readonly readMs: number }) | null = null
  #isReading = false

  /** `read` gives the log's cursor of now. */
  constructor(clock: Clock, read: () => Promise<string>) {
    this.#clock = clock
    this.#read = read
  }

  /** Null: there is none yet. */
  get mark(): CursorMark | null {
    this.#settle()
    return this.#settled
  }

  /** The latest one that was read, settled or not. */
  get latest(): CursorMark | null {
    return this.#next ?? this.#settled
  }

  /** Something happens: there may be a later cursor soon. Rejects when the log cannot be read. */
  async advance(): Promise<void> {
    this.#settle()
    if (this.#isReading || this.#next !== null) return
    this.#isReading = true
    const atMs = this.#clock.monoMs()
    try {
      const cursor = await this.#read()
      this.#next = { cursor, atMs, readMs: this.#clock.monoMs() }
    } finally {
      this.#isReading = false
    }
  }

  #settle(): void {
    if (this.#next === null || this.#clock.monoMs() - this.#next.readMs < SETTLE_MS) return
    this.#settled = { cursor: this.#next.cursor, atMs: this.#next.atMs }
    this.#next = null
  }
}
