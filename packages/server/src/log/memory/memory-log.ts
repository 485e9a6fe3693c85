import { DEFAULT_LARGE_ROOM } from '../room-log.ts'
import { Stamper, type StampSource } from '../stamper.ts'
import { SyncRoomLog } from '../store/sync-room-log.ts'
import { DEFAULT_MEMORY_LIMITS, type MemoryLimits } from './memory-limits.ts'
import { MemoryStore } from './memory-store.ts'

export interface MemoryLogOptions {
  readonly platform: StampSource
  /** Default: `DEFAULT_MEMORY_LIMITS`. */
  readonly limits?: MemoryLimits
  /** A room of more members is large; see `RoomLog.seenBy`. Default: `DEFAULT_LARGE_ROOM`. */
  readonly largeRoom?: number
  /** Told of failures inside the log. Never of contents. */
  readonly onFault?: (fault: unknown) => void
}

/** A log in this process's memory, for tests, trials and ephemeral rooms: it promises all but durability. */
export function createMemoryLog(options: MemoryLogOptions): SyncRoomLog {
  const { platform, limits = DEFAULT_MEMORY_LIMITS, largeRoom = DEFAULT_LARGE_ROOM, onFault } = options
  const stamper = new Stamper(platform)
  return new SyncRoomLog({ store: new MemoryStore(limits, stamper.epoch()), stamper, largeRoom, onFault })
}
