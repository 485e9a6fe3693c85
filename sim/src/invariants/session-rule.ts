import type { DownFrame, UpFrame } from '@holdfast/protocol'
import type { Ledger } from '../ledger.ts'

/** What a rule about one session knows, and whom it tells. */
export interface SessionContext {
  readonly userId: string
  readonly ledger: Ledger
  /** What was acknowledged to anybody, by epoch, room, sender and clientId. */
  readonly acks: Map<string, string>
  /** The highest seq that was acknowledged to somebody, by epoch, room and sender. */
  readonly ackedUpTo: Map<string, number>
  breach(rule: string, what: string): void
}

/** A rule that is held against everything one session is sent, at the moment it is sent, and everything that it was asked. */
export interface SessionRule {
  up?(frame: UpFrame): void
  down?(frame: DownFrame): void
}
