import { createAuth } from './auth/auth.ts'
import { LocalBus } from './bus/local.ts'
import { compose } from './compose.ts'
import type { Holdfast } from './holdfast.ts'
import { EphemeralRooms } from './log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from './log/memory/memory-limits.ts'
import { createMemoryLog } from './log/memory/memory-log.ts'
import type { RoomLog } from './log/room-log.ts'
import { renewSqliteLog } from './log/sqlite/renew.ts'
import { openSqliteLog } from './log/sqlite/sqlite-log.ts'
import type { Logger } from './observe/logger.ts'
import { type HoldfastOptions, type Settings, settingsOf } from './options.ts'
import { MemoryPresence } from './people/memory-presence.ts'
import { systemPlatform } from './platform/system.ts'

/**
 * A server by these options, ready to be mounted or to listen.
 *
 * @throws Error in one line when an option is wrong or the store cannot be opened.
 */
export async function createHoldfast(options: HoldfastOptions): Promise<Holdfast> {
  const settings = settingsOf(options)
  const log = await openLog(settings)
  try {
    const dataDir = settings.store.kind === 'sqlite' ? settings.store.dataDir : null
    const auth = await createAuth(settings.auth, dataDir, settings.platform)
    const bus = new LocalBus(error => settings.logger.error({ err: error }, 'a listener of the bus failed'))
    return compose({ settings, log, bus, auth, presence: new MemoryPresence(settings.platform.clock) })
  } catch (error) {
    await log.close()
    throw error
  }
}

/**
 * To be called once whenever a backup was put in the place of a server's data, before a server is started on it: without, clients that have seen
 * what the backup lacks would go on from there, and show something else than all others for ever.
 *
 * @param dataDir as in `store` of the options.
 * @returns how many rooms have a new log.
 * @throws Error in one line: there is no database in the folder, a server is running on it, or it cannot be read or written.
 */
export async function renewRestored(dataDir: string): Promise<{ readonly rooms: number }> {
  return { rooms: await renewSqliteLog({ dataDir, clock: systemPlatform.clock }) }
}

async function openLog(settings: Settings): Promise<RoomLog> {
  const { store, platform, logger, limits } = settings
  switch (store.kind) {
    case 'memory':
      return createMemoryLog({ platform, largeRoom: limits.largeRoomMembers, onFault: onFaultIn(logger) })
    case 'sqlite':
      return (await openLogs(settings, store.dataDir)).log
  }
}

/** The rooms of a server that keeps them in `dataDir`: all, and those of them that are in memory alone. */
export async function openLogs(
  { platform, logger, limits }: Settings,
  dataDir: string,
): Promise<{ readonly log: RoomLog; readonly memory: RoomLog }> {
  const common = { platform, largeRoom: limits.largeRoomMembers, onFault: onFaultIn(logger) }
  const onLargeLog = (bytes: number) =>
    logger.warn({ bytes }, 'the log left behind is large; was another program reading the database?')
  const memory = createMemoryLog({ ...common, limits: DEFAULT_EPHEMERAL_LIMITS })
  const durable = await openSqliteLog({ ...common, dataDir, onLargeLog })
  return { log: new EphemeralRooms({ durable, memory }), memory }
}

function onFaultIn(logger: Logger) {
  return (fault: unknown) => logger.error({ err: fault }, 'the store failed')
}
