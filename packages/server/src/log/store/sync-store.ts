import type { ReadRows, WriteRows } from './rows.ts'

/** Rows that something gives out which answers at once. `SyncRoomReads` makes `RoomReads` of it. */
export interface SyncReads {
  /** Runs `work` over one snapshot of what is committed. */
  read<T>(work: (rows: ReadRows) => T): T
  /** Throws the reason why the store cannot do what it is for: read, and write where it does. */
  check(): void
  close(): void | Promise<void>
}

/**
 * Rows kept by something that answers at once (this process's memory, an embedded database). `SyncRoomLog` makes a
 * `RoomLog` of it. A transaction is a plain function: nothing can come between its steps.
 */
export interface SyncStore extends SyncReads {
  /** Whether a failed `write` leaves nothing behind; if not, each command gets a `write` of its own. */
  readonly canRollBack: boolean
  /**
   * Runs `work` in one transaction, durable when this returns. When `work` or the commit throws, nothing of it is
   * written, and a `StoreFault` says what is to be thought of it.
   */
  write<T>(work: (rows: WriteRows) => T): T
}

/**
 * Why a transaction failed.
 * - `away`: the store cannot write now (disk full, busy, I/O error); the same may succeed later.
 * - `damaged`: something in this very batch is about a row that is not what was written; the rest of it can be written.
 * - `work`: something in this very batch cannot be written; the rest of it can.
 * - `work-too-large`: the same, because it is larger than the store takes.
 */
export type FaultKind = 'away' | 'damaged' | 'work' | 'work-too-large'

/** A transaction that was rolled back. */
export class StoreFault extends Error {
  readonly kind: FaultKind

  constructor(kind: FaultKind, cause: unknown) {
    super(`unable to write; ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'StoreFault'
    this.kind = kind
  }
}
