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

async function openLog({ store, platform, logger, limits }: Settings): Promise<RoomLog> {
  const largeRoom = limits.largeRoomMembers
  const onFault = (fault: unknown) => logger.error({ err: fault }, 'the store failed')
  const onLargeLog = (bytes: number) =>
    logger.warn({ bytes }, 'the log left behind is large; was another program reading the database?')
  switch (store.kind) {
    case 'memory':
      return createMemoryLog({ platform, largeRoom, onFault })
    case 'sqlite':
      return new EphemeralRooms({
        durable: await openSqliteLog({ dataDir: store.dataDir, platform, largeRoom, onFault, onLargeLog }),
        memory: createMemoryLog({ platform, largeRoom, onFault, limits: DEFAULT_EPHEMERAL_LIMITS }),
      })
  }
}
