import type { DamagedRow } from '../store/damaged-row.ts'
import type { ReadRows, WriteRows } from '../store/rows.ts'
import { StoreFault, type SyncStore } from '../store/sync-store.ts'
import { type CheckpointLimits, Checkpoints, DEFAULT_CHECKPOINT_LIMITS } from './checkpoints.ts'
import type { Connection, Statement } from './connection.ts'
import { faultKindOf, isFatal, reasonOf } from './faults.ts'
import type { LogMover } from './log-mover.ts'
import type { LogRoom } from './log-room.ts'
import { SqliteReader } from './sqlite-reader.ts'
import { SqliteRows } from './sqlite-rows.ts'

export interface SqliteStoreParts {
  readonly writer: Connection
  readonly reader: Connection
  readonly mover: LogMover
  /** Makes room in the log's file ahead of it. Default: nobody does. */
  readonly room?: LogRoom
  /** When the log is moved. Default: `DEFAULT_CHECKPOINT_LIMITS`. */
  readonly checkpoints?: CheckpointLimits
  /** Told why the log could not be moved into the database. */
  readonly onFailure: (failure: Error) => void
  /** Told of a damaged row that is left out of what is given. */
  readonly onDamage: (fault: DamagedRow) => void
  /** Called when all are closed. */
  readonly onClose: () => void
}

/**
 * Rows in an SQLite database: one connection writes, another reads, so that a read sees only what is committed and goes
 * on while writing fails.
 */
export class SqliteStore implements SyncStore {
  readonly canRollBack = true
  readonly #writer: Connection
  readonly #reader: SqliteReader
  readonly #written: SqliteRows
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #probe: Statement
  readonly #checkpoints: Checkpoints
  /** Why nothing may be written any more; see `isFatal`. */
  #halted: Error | null = null
  #hasFailed = false

  readonly #onClose: () => void

  /** @throws SQLite's error when the log that was left cannot be moved and nothing may be written after that. */
  constructor(parts: SqliteStoreParts) {
    const {
      writer,
      reader,
      mover,
      room,
      checkpoints: limits = DEFAULT_CHECKPOINT_LIMITS,
      onFailure,
      onDamage,
      onClose,
    } = parts
    this.#writer = writer
    this.#reader = new SqliteReader(reader, onDamage)
    this.#onClose = onClose
    this.#written = new SqliteRows(writer, true, onDamage)
    this.#begin = writer.prepare('BEGIN IMMEDIATE')
    this.#commit = writer.prepare('COMMIT')
    this.#probe = writer.prepare(
      'INSERT INTO probe (id, count) VALUES (1, 1) ON CONFLICT DO UPDATE SET count = count + 1',
    )
    const failed = (failure: Error) => {
      if (isFatal(failure.cause)) this.#halt(failure.cause)
      onFailure(failure)
    }
    this.#checkpoints = new Checkpoints({ writer, mover, room, onFailure: failed, limits })
    this.#checkpoints.atStart()
  }

  write<T>(work: (rows: WriteRows) => T): T {
    return this.#transact(
      () => {
        this.#written.begin()
        const result = work(this.#written)
        this.#written.flush()
        return result
      },
      () => this.#written.committed(),
    )
  }

  read<T>(work: (rows: ReadRows) => T): T {
    try {
      return this.#reader.read(work)
    } catch (error) {
      if (isFatal(error)) this.#halt(error)
      throw error
    }
  }

  /**
   * As long as writing succeeds, reading is asked alone; after a failure only a real write can tell that it does again.
   */
  check(): void {
    this.read(rows => rows.room(''))
    if (this.#halted !== null) throw this.#halted
    if (this.#hasFailed) this.#transact(() => this.#probe.run())
  }

  async close(): Promise<void> {
    await this.#checkpoints.close()
    this.#reader.close()
    this.#writer.close()
    this.#onClose()
  }

  /** `committed` comes first of what follows on a commit: whatever is the matter then, what was written is known. */
  #transact<T>(work: () => T, committed: () => void = () => {}): T {
    const result = this.#committed(work)
    committed()
    this.#checkpoints.afterCommit()
    return result
  }

  #committed<T>(work: () => T): T {
    if (this.#halted !== null) throw new StoreFault('away', this.#halted)
    try {
      this.#begin.run()
      const result = work()
      this.#commit.run()
      this.#hasFailed = false
      return result
    } catch (error) {
      throw this.#fail(error)
    }
  }

  #fail(error: unknown): StoreFault {
    this.#written.rolledBack()
    const kind = faultKindOf(error)
    if (isFatal(error)) this.#halt(error)
    if (kind === 'away') this.#hasFailed = true
    try {
      // SQLite rolls back by itself after some failures.
      if (this.#writer.inTransaction) this.#writer.exec('ROLLBACK')
    } catch (cause) {
      this.#halt(cause)
    }
    return new StoreFault(kind, this.#halted ?? error)
  }

  #halt(cause: unknown): void {
    this.#halted ??= new Error(`${reasonOf(cause)}; nothing is written any more until the server is started anew`, {
      cause,
    })
  }
}
