import { EphemeralRooms } from '../../src/log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from '../../src/log/memory/memory-limits.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { openSqliteLog, type SqliteLogOptions } from '../../src/log/sqlite/sqlite-log.ts'

/** Stored rooms and ephemeral ones beside them, as a server has them. */
export async function openStoredLog(options: SqliteLogOptions): Promise<RoomLog> {
  const durable = await openSqliteLog(options)
  const { platform, onFault } = options
  const memory = createMemoryLog({ platform, limits: DEFAULT_EPHEMERAL_LIMITS, ...(onFault && { onFault }) })
  return new EphemeralRooms({ durable, memory })
}
