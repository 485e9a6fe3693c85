import { statSync } from 'node:fs'
import type { Connection } from './connection.ts'

/** From this version on a race that could lose a reset of the write-ahead log is closed (3.7.0–3.51.2 have it). */
const LEAST_SQLITE = [3, 51, 3] as const
/** Once begun anew, the log's file is cut back to this: a burst does not keep its disk space. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024
/** Page cache of each connection, in KiB. */
const CACHE_KIB = 32_768
/**
 * A database up to this size is checked at each start, which reads all of it (about a second for 256 MiB). A larger one
 * is not: starting must not take minutes. SQLite still finds a corrupt page when it meets one, and the store then stops
 * writing.
 */
const CHECK_AT_START_BYTES = 256 * 1024 * 1024
const FULL = 2

/**
 * Makes a connection durable: an acknowledged commit survives power loss.
 *
 * The order matters. better-sqlite3 is compiled with DEFAULT_WAL_SYNCHRONOUS=1, so that switching to the write-ahead
 * log quietly lowers `synchronous` to NORMAL, under which a commit waits for no disk: nothing that only kills the
 * process can show it, a power cut loses everything since the last checkpoint. So it is set after the journal mode and
 * read back.
 *
 * @throws Error when the connection does not do as it was told.
 */
export function makeDurable(connection: Connection): void {
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  // On macOS a sync alone leaves the bytes in the disk's own memory; elsewhere these say nothing.
  connection.pragma('fullfsync = ON')
  connection.pragma('checkpoint_fullfsync = ON')
  // Moving the log is for `Checkpoints` to do.
  connection.pragma('wal_autocheckpoint = 0')
  connection.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`)
  connection.pragma(`cache_size = -${CACHE_KIB}`)
  // What is deleted is overwritten, not only unlinked from its page.
  connection.pragma('secure_delete = ON')
  connection.pragma('mmap_size = 0')
  connection.pragma('foreign_keys = OFF')
  assertDurable(connection)
}

/**
 * The same for a connection that only reads. What concerns commits does so too: the last one to be closed moves the log into the
 * database, whichever it is.
 *
 * @throws Error when the connection does not do as it was told.
 */
export function makeReader(connection: Connection): void {
  makeDurable(connection)
  connection.pragma('query_only = ON')
}

/**
 * @throws Error unless the connection has a write-ahead log that is synced at each commit, by an SQLite without the
 * known race.
 */
export function assertDurable(connection: Connection): void {
  const version = textOf(connection, 'SELECT sqlite_version() AS value')
  if (!isAtLeast(version, LEAST_SQLITE)) {
    throw new Error(`unable to open the database; SQLite ${LEAST_SQLITE.join('.')} is needed, this is ${version}`)
  }
  const mode = textOf(connection, 'SELECT journal_mode AS value FROM pragma_journal_mode')
  if (mode !== 'wal') throw new Error(`unable to open the database; its journal mode is ${mode}, not wal`)
  const synchronous = Number(textOf(connection, 'SELECT synchronous AS value FROM pragma_synchronous'))
  const isFull = (pragma: string) => textOf(connection, `SELECT ${pragma} AS value FROM pragma_${pragma}`) === '1'
  if (synchronous < FULL || !isFull('fullfsync') || !isFull('checkpoint_fullfsync')) {
    throw new Error('unable to open the database; its commits would not wait for the disk')
  }
}

/**
 * Looks for corruption at the start, in a database small enough (see above).
 *
 * @throws Error with the first thing found.
 */
export function checkIntegrity(connection: Connection, file: string): void {
  if (statSync(file).size > CHECK_AT_START_BYTES) return
  const [found] = Object.values(connection.prepare('PRAGMA quick_check(1)').get() ?? {})
  if (found === 'ok') return
  // SQLite begins with a line that names the database as the connection does.
  const where = String(found).split('\n').at(-1)
  throw new Error(`unable to open the database ${file}; it is corrupt: ${where}`)
}

function textOf(connection: Connection, sql: string): string {
  const row = connection.prepare(sql).get() as { value: unknown } | undefined
  return String(row?.value)
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [i, wanted] of least.entries()) {
    const part = parts[i] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
