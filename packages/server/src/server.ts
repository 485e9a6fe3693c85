import { createAuth } from './auth/auth.ts'
import { LocalBus } from './bus/local.ts'
import { compose } from './compose.ts'
import type { Holdfast } from './holdfast.ts'
import { EphemeralRooms } from './log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from './log/memory/memory-limits.ts'
import { createMemoryLog } from './log/memory/memory-log.ts'
import type { RoomLog } from './log/room-log.ts'
import { openSqliteLog } from './log/sqlite/sqlite-log.ts'
import { type HoldfastOptions, type Settings, settingsOf } from './options.ts'
import { MemoryPresence } from './people/memory-presence.ts'

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
