import { createTickets } from '../../src/auth/tickets.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from '../../src/log/committer.ts'
import { EphemeralRooms } from '../../src/log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from '../../src/log/memory/memory-limits.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { RoomLog, RoomReads } from '../../src/log/room-log.ts'
import { openSqliteLog } from '../../src/log/sqlite/sqlite-log.ts'
import { openSqliteReader } from '../../src/log/sqlite/sqlite-reads.ts'
import type { StampSource } from '../../src/log/stamper.ts'
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import type { Platform } from '../../src/platform/clock.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { EphemeralFlag } from '../../src/workers/ephemeral-flag.ts'
import { Owner } from '../../src/workers/owner.ts'
import { newFolder } from '../log/folders.ts'

/** The owner of a log in SQLite and of ephemeral rooms beside it, and what its gateways read of the same database. */
export interface OwnerKit {
  readonly owner: Owner
  readonly hasEphemeral: EphemeralFlag
  readonly metrics: Metrics
  /** A log in memory without any room, as each gateway has one. */
  none(): RoomLog
  /** A connection that reads, as each gateway has one of its own. */
  reader(): Promise<RoomReads>
  /** Closes the log and takes its folder away. */
  dispose(): Promise<void>
}

/** `stamps`: the time and the chance of the log; `wrap` puts something before it, to make it fail. */
export async function openOwner(
  platform: Platform = systemPlatform,
  stamps: StampSource = platform,
  wrap: (log: RoomLog) => RoomLog = log => log,
): Promise<OwnerKit> {
  const folder = newFolder()
  const memory = createMemoryLog({ platform: stamps, limits: DEFAULT_EPHEMERAL_LIMITS })
  const durable = await openSqliteLog({ dataDir: folder.path, platform: stamps })
  const log = wrap(new EphemeralRooms({ durable, memory }))
  const hasEphemeral = new EphemeralFlag()
  const metrics = createMetrics()
  const { clock, scheduler } = platform
  const owner = new Owner({
    ...{ log, ephemeral: memory, hasEphemeral, metrics, clock, scheduler },
    newCommitter: publish => new Committer({ log, scheduler, publish, limits: DEFAULT_COMMITTER_LIMITS }),
    presence: new MemoryPresence(clock),
    tickets: createTickets(platform),
  })
  return {
    ...{ owner, hasEphemeral, metrics },
    none: () => createMemoryLog({ platform: stamps, limits: DEFAULT_EPHEMERAL_LIMITS }),
    reader: () => openSqliteReader({ dataDir: folder.path, platform: stamps }),
    dispose: async () => {
      await owner.drain()
      await log.close()
      folder.remove()
    },
  }
}
