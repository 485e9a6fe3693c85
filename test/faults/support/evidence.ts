import type { HistoryLine } from './history-lines.ts'
import type { RoomTruth } from './store-log.ts'

/** A rule that was broken. `rule` is its id in SPEC.md. */
export interface Violation {
  readonly rule: string
  readonly what: string
}

/** All that is known when everything is over. */
export interface Evidence {
  readonly rooms: readonly RoomTruth[]
  readonly lines: readonly HistoryLine[]
}

/** Looks for one kind of fault. */
export type Check = (evidence: Evidence) => readonly Violation[]
