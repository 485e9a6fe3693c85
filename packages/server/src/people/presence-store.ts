import type { PersonViews } from './person.ts'
import type { News, PersonChange } from './person-change.ts'

/**
 * Where it is kept how available people are. One for all nodes of a deployment; what it holds may be lost, and sessions
 * that go on are put in again.
 *
 * What it promises:
 * - **By the rules.** A person changes as `changed` of `person-change.ts` says, and is as `viewsOf` of `person.ts` says,
 *   at the store's own time: nobody's clock but one counts.
 * - **One after the other.** Changes of one person that were asked for in an order are made in that order.
 * - **Bounded.** Of people without a session some are forgotten, those first who left longest ago.
 *
 * Every call rejects, before long, when the store is away.
 */
export interface PresenceStore {
  change(userId: string, change: PersonChange): Promise<Changed>
  /** How these people are now; one answer each, in order. */
  read(userIds: readonly string[]): Promise<readonly PersonViews[]>
}

/** What became of a change. */
export interface Changed {
  readonly news: News
  /** They may change by the passing of time alone after so many milliseconds, and want a `tick` then; null: not. */
  readonly dueInMs: number | null
}
