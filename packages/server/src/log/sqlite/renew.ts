import { type Connect, type Connection, loadSqlite } from './connection.ts'
import { hasDatabase, takeDataFolder } from './data-folder.ts'
import { checkIntegrity, makeDurable } from './durability.ts'
import { isSqliteError, reasonOf } from './faults.ts'
import { NOBODY } from './members-table.ts'
import { migrate } from './migrate.ts'
import { inheritWal } from './wal-inheritance.ts'

export interface RenewOptions {
  /** The folder that a backup was put into; no server may be on it. */
  readonly dataDir: string
  readonly clock: { wallMs(): number }
  /** How connections are opened. Default: better-sqlite3. */
  readonly connect?: Connect
}

/**
 * Makes a database that was restored from a backup another one than that which clients have seen. What was written after the backup is gone from
 * it, and its seqs will be used again for other events, so nothing may go on from what was told before:
 *
 * - each room's log has a new epoch, so that no cursor is continued (contract §1);
 * - the database has a new name, so that no inbox cursor is;
 * - each read position has a later revision than any that was told, so that it counts for more than those from after the backup;
 *   whoever joins from now on begins with such a one too, as their joining may have been lost.
 *
 * Those revisions begin at the milliseconds of the wall clock. They only have to be later than all before, of which a backup cannot know: a
 * revision grows by one with each marking as unread, which nobody does a thousand times a second for long, so this holds also for the same
 * backup restored twice, as long as the clock is not set back between the two.
 *
 * All in one transaction. Doing it twice does no harm: clients read their rooms once more.
 *
 * @returns how many rooms there are.
 * @throws Error in one line: there is no database in the folder, a server is on it, or one of the reasons of `openSqliteLog`.
 */
export async function renewSqliteLog({ dataDir, clock, connect }: RenewOptions): Promise<number> {
  if (!hasDatabase(dataDir)) throw new Error(`unable to renew the data folder ${dataDir}; there is no database in it`)
  const open = connect ?? (await loadSqlite())
  const folder = takeDataFolder(dataDir, open)
  let connection: Connection | null = null
  try {
    inheritWal(folder.databaseFile)
    connection = open(folder.databaseFile, 'writer')
    makeDurable(connection)
    checkIntegrity(connection, folder.databaseFile)
    await migrate(connection, folder.databaseFile)
    return renew(connection, Math.floor(clock.wallMs()))
  } catch (error) {
    if (!isSqliteError(error)) throw error
    throw new Error(`unable to renew the database ${folder.databaseFile}; ${reasonOf(error)}`, { cause: error })
  } finally {
    connection?.close()
    folder.unlock()
  }
}

function renew(connection: Connection, now: number): number {
  const run = (sql: string, ...parameters: readonly unknown[]) => connection.prepare(sql).run(...parameters)
  connection.exec('BEGIN IMMEDIATE')
  try {
    // As long as those of `Stamper.epoch` and of the migration that names a database.
    run('UPDATE rooms SET epoch = lower(hex(randomblob(9)))')
    run('UPDATE line_changes SET store = lower(hex(randomblob(12)))')
    run(
      'INSERT INTO former_members (room, user_id, read_revision) VALUES (?, ?, 0) ON CONFLICT DO NOTHING',
      NOBODY.room,
      NOBODY.userId,
    )
    run('UPDATE members SET read_revision = max(read_revision + 1, ?)', now)
    run('UPDATE former_members SET read_revision = max(read_revision + 1, ?)', now)
    const { n } = connection.prepare('SELECT count(*) AS n FROM rooms WHERE is_deleted = 0').get() as { n: number }
    connection.exec('COMMIT')
    return n
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}
