import { Stamper, type StampSource } from '../stamper.ts'
import { SyncRoomLog } from '../store/sync-room-log.ts'
import { DEFAULT_MEMORY_LIMITS, type MemoryLimits } from './memory-limits.ts'
import { MemoryStore } from './memory-store.ts'

export interface MemoryLogOptions {
  readonly platform: StampSource
  /** Default: `DEFAULT_MEMORY_LIMITS`. */
  readonly limits?: MemoryLimits
  /** Told of failures inside the log. Never of contents. */
  readonly onFault?: (fault: unknown) => void
}

/** A log in this process's memory, for tests, trials and ephemeral rooms: it promises all but durability. */
export function createMemoryLog(options: MemoryLogOptions): SyncRoomLog {
  return new SyncRoomLog({
    store: new MemoryStore(options.limits ?? DEFAULT_MEMORY_LIMITS),
    stamper: new Stamper(options.platform),
    onFault: options.onFault,
  })
}
