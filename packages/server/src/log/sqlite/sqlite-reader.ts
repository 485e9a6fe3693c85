import type { DamagedRow } from '../store/damaged-row.ts'
import type { ReadRows } from '../store/rows.ts'
import type { SyncReads } from '../store/sync-store.ts'
import type { Connection, Statement } from './connection.ts'
import { isFatal } from './faults.ts'
import { SqliteRows } from './sqlite-rows.ts'

/**
 * Rows as a connection sees them that only reads. Each read is a transaction of its own, which begins with all that is
 * committed by then, by whichever connection, and sees nothing else.
 */
export class SqliteReader implements SyncReads {
  readonly #connection: Connection
  readonly #committed: SqliteRows
  readonly #begin: Statement
  readonly #end: Statement
  /** The first sign of corruption that was met; reading goes on wherever it can. */
  #broken: unknown = null

  /** `onDamage`: is told of a damaged row that is left out of what is given. */
  constructor(connection: Connection, onDamage: (fault: DamagedRow) => void) {
    this.#connection = connection
    this.#committed = new SqliteRows(connection, false, onDamage)
    this.#begin = connection.prepare('BEGIN')
    this.#end = connection.prepare('COMMIT')
  }

  read<T>(work: (rows: ReadRows) => T): T {
    this.#begin.run()
    try {
      this.#committed.begin()
      return work(this.#committed)
    } catch (error) {
      if (isFatal(error)) this.#broken ??= error
      throw error
    } finally {
      if (this.#connection.inTransaction) this.#end.run()
    }
  }

  /** Throws what a read has met that speaks of a corrupt database, from then on, or why nothing can be read now. */
  check(): void {
    this.read(rows => rows.room(''))
    if (this.#broken !== null) throw this.#broken
  }

  close(): void {
    this.#connection.close()
  }
}
