/** The part of a better-sqlite3 statement that the store uses. */
export interface Statement {
  readonly reader: boolean
  run(...parameters: unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  get(...parameters: unknown[]): unknown
  all(...parameters: unknown[]): unknown[]
  iterate(...parameters: unknown[]): IterableIterator<unknown>
}

/** The part of a better-sqlite3 database that the store uses: everything it asks of SQLite goes through this. */
export interface Connection {
  readonly inTransaction: boolean
  prepare(sql: string): Statement
  exec(sql: string): unknown
  pragma(sql: string): unknown
  close(): unknown
}

/** What a connection is for: the one that writes, one that only reads, one that moves the log, the one that holds the folder's lock. */
export type ConnectionRole = 'writer' | 'reader' | 'mover' | 'lock'

/** Opens the database at `file`. A test hands in one whose connections fail on demand. */
export type Connect = (file: string, role: ConnectionRole) => Connection

/**
 * Waiting for another process holds up everything here, so it is short; nobody else should have the files open at all.
 */
const BUSY_TIMEOUT_MS = 100

/**
 * Loads better-sqlite3, which is a native module: on a Node that is too old it ends the process without a word, so the
 * version is looked at first.
 *
 * @throws Error in one line when this Node is too old.
 */
export async function loadSqlite(): Promise<Connect> {
  requireNode(process.versions.node)
  const { default: Database } = await import('better-sqlite3')
  return (file, role) => new Database(file, { timeout: role === 'lock' ? 0 : BUSY_TIMEOUT_MS })
}

/**
 * The versions of Node that the package's `engines` names: 22.18, 24.11, 26 and later ones of each.
 *
 * @throws Error in one line for any other.
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isFit = major >= 26 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18)
  if (!isFit) {
    throw new Error(`unable to open the embedded store; it needs Node 22.18, 24.11, 26 or later, this is ${version}`)
  }
}
