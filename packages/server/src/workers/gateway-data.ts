import type { LogLevel } from '../observe/logger.ts'
import type { HoldfastOptions } from '../options.ts'

/** What of a server's options can go to another thread: all but what holds functions, and the store, which has one owner. */
export type ThreadOptions = Omit<HoldfastOptions, 'store' | 'logger' | 'platform' | 'nodeName'>

/** What a gateway's thread is started with. */
export interface GatewayData {
  readonly options: ThreadOptions
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Of an `EphemeralFlag`. */
  readonly hasEphemeral: SharedArrayBuffer
}
