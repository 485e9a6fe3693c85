import type { Clock } from '../platform/clock.ts'
import { dueIn, type Moment, NOBODY, type PersonState, type PersonViews, viewsOf } from './person.ts'
import { changed, newsOf, type PersonChange } from './person-change.ts'
import type { Changed, PresenceStore } from './presence-store.ts'

/** Most people without a session who are remembered. */
export const MAX_REMEMBERED = 50_000

/** How available people are, in the memory of one process. */
export class MemoryPresence implements PresenceStore {
  readonly #clock: Clock
  /** Those with a session. */
  readonly #here = new Map<string, PersonState>()
  /** The others, who left longest ago first. */
  readonly #gone = new Map<string, PersonState>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** People who are remembered. */
  get size(): number {
    return this.#here.size + this.#gone.size
  }

  async change(userId: string, change: PersonChange): Promise<Changed> {
    const at = this.#now()
    const before = this.#find(userId)
    const after = changed(before, change, at)
    if (after !== before) this.#keep(userId, after)
    return { news: newsOf(before, after, at), dueInMs: dueIn(after, at) }
  }

  async read(userIds: readonly string[]): Promise<readonly PersonViews[]> {
    const at = this.#now()
    return userIds.map(userId => viewsOf(this.#find(userId), at))
  }

  #find(userId: string): PersonState {
    return this.#here.get(userId) ?? this.#gone.get(userId) ?? NOBODY
  }

  #keep(userId: string, state: PersonState): void {
    this.#here.delete(userId)
    this.#gone.delete(userId)
    if (state.sessions.size > 0) {
      this.#here.set(userId, state)
      return
    }
    this.#gone.set(userId, state)
    if (this.#gone.size <= MAX_REMEMBERED) return
    const [oldest] = this.#gone.keys()
    if (oldest !== undefined) this.#gone.delete(oldest)
  }

  #now(): Moment {
    return { wallMs: this.#clock.wallMs(), monoMs: this.#clock.monoMs() }
  }
}
