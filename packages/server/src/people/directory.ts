import type { Logger } from '../observe/logger.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { Agenda } from './agenda.ts'
import { Audience, type AudienceHost } from './audience.ts'
import type { PresenceStore } from './presence-store.ts'
import type { Scope } from './scope.ts'
import { ShownPerson } from './shown-person.ts'

/** Most people that the store is asked for at once. */
export const READ_PEOPLE = 1_000
/** How long to wait before a store that could not be read is read again. Milliseconds. */
export const READ_AGAIN_MS = 1_000

/** What the directory needs. */
export interface DirectoryDeps {
  readonly store: Pick<PresenceStore, 'read'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/**
 * Everybody whom somebody on this node is shown. The store is the truth: hints only say who has to be asked for anew, and
 * that is done once for all who are told, just before they are.
 */
export class Directory implements AudienceHost {
  readonly #deps: DirectoryDeps
  readonly #people = new Map<string, ShownPerson>()
  readonly #stale = new Set<ShownPerson>()
  readonly #agenda: Agenda<Audience>
  /** Due while a flush was under way. */
  #waiting: Audience[] = []
  #isFlushing = false

  constructor(deps: DirectoryDeps) {
    this.#deps = deps
    this.#agenda = new Agenda(deps, due => void this.#flush(due))
  }

  /** People who are shown to somebody. */
  get size(): number {
    return this.#people.size
  }

  newAudience(scope: Scope): Audience {
    return new Audience(scope, this)
  }

  /** A hint: somebody may be another way than before. */
  changed(userId: string): void {
    const person = this.#people.get(userId)
    if (person === undefined || person.isStale) return
    this.#markStale(person)
    for (const place of person.places) place.seenBy.isDue()
  }

  /** As if there had been a hint about everybody. */
  doubtAll(): void {
    for (const userId of this.#people.keys()) this.changed(userId)
  }

  /** The sessions that watch this person. */
  watchersOf(userId: string): readonly string[] {
    const places = [...(this.#people.get(userId)?.places ?? [])]
    return places.flatMap(({ watcher }) => (watcher === null ? [] : [watcher]))
  }

  /** Nobody is told any more. */
  close(): void {
    this.#agenda.close()
  }

  person(userId: string): ShownPerson {
    let person = this.#people.get(userId)
    if (person === undefined) {
      person = new ShownPerson(userId)
      this.#people.set(userId, person)
      this.#markStale(person)
    }
    return person
  }

  released(person: ShownPerson): void {
    if (person.places.size > 0) return
    this.#people.delete(person.userId)
    this.#stale.delete(person)
  }

  due(audience: Audience, atMs: number): void {
    this.#agenda.plan(audience, atMs)
  }

  closed(audience: Audience): void {
    this.#agenda.drop(audience)
  }

  monoMs(): number {
    return this.#deps.clock.monoMs()
  }

  #markStale(person: ShownPerson): void {
    person.isStale = true
    this.#stale.add(person)
  }

  /** One at a time, so that what is read later is what is told later. Never rejects. */
  async #flush(due: readonly Audience[]): Promise<void> {
    this.#waiting.push(...due)
    if (this.#isFlushing) return
    this.#isFlushing = true
    while (this.#waiting.length > 0) {
      await this.#refresh()
      const audiences = new Set(this.#waiting.splice(0))
      for (const audience of audiences) this.#tell(audience)
    }
    this.#isFlushing = false
  }

  #tell(audience: Audience): void {
    try {
      audience.flush(this.#deps.clock.wallMs())
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'unable to tell who is there')
    }
  }

  /** Asks the store for everybody who may have changed. Whom it does not answer for stays to be asked for. */
  async #refresh(): Promise<void> {
    while (this.#stale.size > 0) {
      const people = [...this.#stale].slice(0, READ_PEOPLE)
      for (const person of people) {
        person.isStale = false
        this.#stale.delete(person)
      }
      try {
        const views = await this.#deps.store.read(people.map(({ userId }) => userId))
        for (const [i, view] of views.entries()) people[i]?.learn(view)
      } catch (error) {
        this.#deps.logger.warn({ err: error }, 'unable to read who is there')
        this.#readAgain(people)
        return
      }
    }
  }

  #readAgain(people: readonly ShownPerson[]): void {
    for (const person of people) {
      if (person.places.size === 0) continue
      this.#markStale(person)
      for (const { seenBy } of person.places) seenBy.isDue(this.monoMs() + READ_AGAIN_MS)
    }
  }
}
