import type { DialectName } from '../dialects/dialects.ts'
import type { ServerPids } from '../generator/meter.ts'

/** A server that is up. */
export interface Running {
  readonly url: string
  readonly pids: ServerPids
  stop(): Promise<void>
}

/** A kind of server that can be measured. */
export interface Peer {
  readonly name: string
  /** As the tables call it. */
  readonly label: string
  readonly dialect: DialectName
  /** One line on what it is, for the results. */
  readonly about: string
  /** Starts a fresh one; `pin` goes before the command of the server itself. */
  start(pin: readonly string[]): Promise<Running>
}
