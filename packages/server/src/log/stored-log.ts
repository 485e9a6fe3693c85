import { EphemeralRooms } from './ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from './memory/memory-limits.ts'
import { createMemoryLog } from './memory/memory-log.ts'
import type { RoomLog } from './room-log.ts'
import { openSqliteLog, type SqliteLogOptions } from './sqlite/sqlite-log.ts'

/**
 * The log of a server that stores its rooms: SQLite in the data folder, and the ephemeral rooms in memory beside it.
 *
 * @throws Error in one line, as `openSqliteLog` does.
 */
export async function openStoredLog(options: SqliteLogOptions): Promise<RoomLog> {
  const durable = await openSqliteLog(options)
  const { platform, onFault } = options
  const memory = createMemoryLog({ platform, limits: DEFAULT_EPHEMERAL_LIMITS, ...(onFault && { onFault }) })
  return new EphemeralRooms({ durable, memory })
}
