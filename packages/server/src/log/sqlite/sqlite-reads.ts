import { DEFAULT_LARGE_ROOM, type RoomReads } from '../room-log.ts'
import { Stamper, type StampSource } from '../stamper.ts'
import { SyncRoomReads } from '../store/sync-room-reads.ts'
import { type Connect, loadSqlite } from './connection.ts'
import { DamageReport } from './damage-report.ts'
import { databaseIn } from './data-folder.ts'
import { makeReader } from './durability.ts'
import { isSqliteError, reasonOf } from './faults.ts'
import { SqliteReader } from './sqlite-reader.ts'

export interface SqliteReaderOptions {
  /** The folder of a server that has its database open, in this process or in another one of this machine. */
  readonly dataDir: string
  readonly platform: StampSource
  /** As the server was told. Default: `DEFAULT_LARGE_ROOM`. */
  readonly largeRoom?: number
  /** How the connection is opened. Default: better-sqlite3. */
  readonly connect?: Connect
  /** Told of each read that failed, and once of each damaged row. Never of contents. Default: nobody is. */
  readonly onFault?: (fault: unknown) => void
}

/**
 * Opens the reads of a database that a server has open and writes to (`openSqliteLog`), for a thread beside it. A read sees all
 * that was committed before it began, and nothing that is not.
 *
 * It takes no lock, checks nothing and changes no table: the server has done so, and it closes its own connections last.
 * What it reads of corruption is told to `onFault`, and `check` rejects from then on; it cannot stop the server from writing.
 *
 * @throws Error in one line: Node is too old; there is no database in the folder, or it cannot be opened.
 */
export async function openSqliteReader(options: SqliteReaderOptions): Promise<RoomReads> {
  const { dataDir, platform, largeRoom = DEFAULT_LARGE_ROOM, onFault = () => {} } = options
  const connect = options.connect ?? (await loadSqlite())
  const file = databaseIn(dataDir)
  if (file === null) throw new Error(`unable to read the data folder ${dataDir}; there is no database in it`)
  const report = new DamageReport(onFault)
  const store = openReader(file, connect, report)
  return new SyncRoomReads({ store, stamper: new Stamper(platform), largeRoom, onFault: report.tell })
}

function openReader(file: string, connect: Connect, report: DamageReport): SqliteReader {
  const connection = connect(file, 'reader')
  try {
    makeReader(connection)
    return new SqliteReader(connection, report.tell)
  } catch (error) {
    connection.close()
    if (!isSqliteError(error)) throw error
    throw new Error(`unable to open the database ${file}; ${reasonOf(error)}`, { cause: error })
  }
}
