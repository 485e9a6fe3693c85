import type { ReadRows, WriteRows } from '../store/rows.ts'
import type { SyncStore } from '../store/sync-store.ts'
import type { MemoryLimits } from './memory-limits.ts'
import { MemoryRows } from './memory-rows.ts'

/**
 * Rows in this process's memory: they end with it. There is no undo: a decision is made in full before anything of it
 * is written, and writing to memory does not fail.
 */
export class MemoryStore implements SyncStore {
  readonly canRollBack = false
  readonly #rows: MemoryRows

  /** @param incarnation names this log among all others */
  constructor(limits: MemoryLimits, incarnation: string) {
    this.#rows = new MemoryRows(limits, incarnation)
  }

  write<T>(work: (rows: WriteRows) => T): T {
    this.#rows.begin()
    return work(this.#rows)
  }

  read<T>(work: (rows: ReadRows) => T): T {
    return work(this.#rows)
  }

  check(): void {}

  close(): void {}
}
