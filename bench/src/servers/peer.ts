import type { DialectName } from '../dialects/dialects.ts'
import type { ServerPids } from '../generator/meter.ts'
import type { PeerName } from '../plan/group.ts'

/** A server that is up. */
export interface Running {
  readonly url: string
  readonly pids: ServerPids
  stop(): Promise<void>
}

/** How a server is started for one run. */
export interface StartOptions {
  /** Goes before the command of the server itself: what pins it. Default: nothing. */
  readonly pin?: readonly string[]
  /** A folder with its data, which stays. Default: a fresh one, which goes with the server. Only Holdfast takes one. */
  readonly dataDir?: string
  /** A file to which a server on Node writes when its loop stood still (`src/loop-watch.ts`). Default: none is written. */
  readonly loopsFile?: string
}

/** A kind of server that can be measured. */
export interface Peer {
  readonly name: PeerName
  /** As the tables call it. */
  readonly label: string
  readonly dialect: DialectName
  /** One line on what it is, for the results. */
  readonly about: string
  /** Why it cannot be measured on this machine, or null. */
  missing(): string | null
  /** Starts a fresh one. */
  start(options?: StartOptions): Promise<Running>
}
