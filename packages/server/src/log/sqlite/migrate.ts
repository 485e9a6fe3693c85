import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Connection } from './connection.ts'
import { reasonOf } from './faults.ts'
import { rooms } from './migrations/001-rooms.ts'
import { signals } from './migrations/002-signals.ts'
import { sums } from './migrations/003-sums.ts'
import { clientIds } from './migrations/004-client-ids.ts'

/** In the order of their names. One that has been released is never changed. */
const MIGRATIONS = { '001-rooms': rooms, '002-signals': signals, '003-sums': sums, '004-client-ids': clientIds }

/**
 * Brings the database in `file` to this version's tables, all in one transaction: a server that is killed in the middle has
 * changed nothing.
 *
 * @throws Error when a migration fails, or when a later version has already changed the tables.
 */
export async function migrate(connection: Connection, file: string): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: databaseOf(connection) }) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  connection.exec('BEGIN IMMEDIATE')
  try {
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    connection.exec('COMMIT')
  } catch (cause) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw new Error(`unable to bring the database ${file} to this version; ${reasonOf(cause)}`, { cause })
  }
}

/**
 * kysely calls with one list of parameters, which better-sqlite3 takes as well; the connection stays the store's to
 * close.
 */
function databaseOf(connection: Connection) {
  return { close: () => {}, prepare: (sql: string) => connection.prepare(sql) }
}
