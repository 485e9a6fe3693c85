import { DEFAULT_LARGE_ROOM } from '../room-log.ts'
import { Stamper, type StampSource } from '../stamper.ts'
import { SyncRoomLog } from '../store/sync-room-log.ts'
import { type Connect, type Connection, loadSqlite } from './connection.ts'
import { DamageReport } from './damage-report.ts'
import { type DataFolder, takeDataFolder } from './data-folder.ts'
import { checkIntegrity, makeDurable, makeReader } from './durability.ts'
import { isSqliteError, reasonOf } from './faults.ts'
import { MoverThread } from './log-mover.ts'
import { LogRoom } from './log-room.ts'
import { migrate } from './migrate.ts'
import { SqliteStore } from './sqlite-store.ts'
import { inheritWal } from './wal-inheritance.ts'

export interface SqliteLogOptions {
  /** The folder that this server alone uses; made (for its user only) when it is not there. */
  readonly dataDir: string
  readonly platform: StampSource
  /** A room of more members is large; see `RoomLog.seenBy`. Default: `DEFAULT_LARGE_ROOM`. */
  readonly largeRoom?: number
  /** How connections are opened. Default: better-sqlite3. */
  readonly connect?: Connect
  /** Told of each failure for which commands were refused, and once of each damaged row. Never of contents. */
  readonly onFault?: (fault: unknown) => void
  /** Told at the start of the bytes of a log left behind that is far larger than it should have become. */
  readonly onLargeLog?: (bytes: number) => void
}

/**
 * Opens the log in an SQLite database: takes the folder, checks the files, makes the commits durable, those of a
 * killed server included, brings the tables up to date.
 *
 * @throws Error in one line: Node is too old; another server is on the folder; the database is corrupt, or of a later
 * version; the disk fails or is full.
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<SyncRoomLog> {
  const connect = options.connect ?? (await loadSqlite())
  const folder = takeDataFolder(options.dataDir, connect)
  try {
    const { platform, largeRoom = DEFAULT_LARGE_ROOM, onFault = () => {} } = options
    const report = new DamageReport(onFault)
    const store = await openStore({ folder, connect, report, onLargeLog: options.onLargeLog })
    return new SyncRoomLog({ store, stamper: new Stamper(platform), largeRoom, onFault: report.tell })
  } catch (error) {
    folder.unlock()
    throw error
  }
}

interface StoreToOpen {
  readonly folder: DataFolder
  readonly connect: Connect
  readonly report: DamageReport
  readonly onLargeLog: SqliteLogOptions['onLargeLog'] | undefined
}

async function openStore({ folder, connect, report, onLargeLog }: StoreToOpen): Promise<SqliteStore> {
  const opened: Connection[] = []
  const open = (role: 'writer' | 'reader', make: (connection: Connection) => void) => {
    const connection = connect(folder.databaseFile, role)
    opened.push(connection)
    make(connection)
    return connection
  }
  try {
    inheritWal(folder.databaseFile, onLargeLog)
    const writer = open('writer', makeDurable)
    checkIntegrity(writer, folder.databaseFile)
    await migrate(writer, folder.databaseFile)
    const reader = open('reader', makeReader)
    const mover = new MoverThread(folder.databaseFile)
    return new SqliteStore({
      writer,
      reader,
      mover,
      room: new LogRoom(`${folder.databaseFile}-wal`),
      onFailure: report.tell,
      onDamage: report.tell,
      onClose: folder.unlock,
    })
  } catch (error) {
    for (const connection of opened) connection.close()
    if (!isSqliteError(error)) throw error
    throw new Error(`unable to open the database ${folder.databaseFile}; ${reasonOf(error)}`, { cause: error })
  }
}
