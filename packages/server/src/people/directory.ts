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
  /** Whether a person is told in another way how it is with themselves. */
  readonly isMirrored: (userId: string) => boolean
}

/**
 * Everybody whom somebody on this node is shown. The store is the truth: hints only say who has to be asked for anew, and
 * that is done once for all who are told, just before they are.
 */
export class Directory implements AudienceHost {
  readonly #deps: DirectoryDeps
  readonly #people = new Map<string, ShownPerson>()
  readonly #agenda: Agenda<Audience>
  /** Due while a flush was under way. */
  #waiting: Audience[] = []
  #isFlushing = false

  constructor(deps: DirectoryDeps) {
    this.#deps = deps
    this.#agenda = new Agenda(deps, due => void this.#flush(due))
  }

  newAudience(scope: Scope): Audience {
    return new Audience(scope, this)
  }

  /** A hint: somebody may be another way than before. */
  changed(userId: string): void {
    const person = this.#people.get(userId)
    if (person === undefined || person.isStale) return
    this.#doubt(person, Number.NEGATIVE_INFINITY)
  }

  /** As if there had been a hint about everybody. */
  doubtAll(): void {
    for (const userId of this.#people.keys()) this.changed(userId)
  }

  /** The sessions that watch this person. */
  watchersOf(userId: string): readonly string[] {
    const places = [...(this.#people.get(userId)?.places ?? [])]
    return places.flatMap(({ seenBy: { watcher } }) => (watcher === null ? [] : [watcher]))
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
    }
    return person
  }

  released(person: ShownPerson): void {
    if (person.places.size > 0) return
    this.#people.delete(person.userId)
  }

  due(audience: Audience, atMs: number): void {
    this.#agenda.plan(audience, atMs)
  }

  closed(audience: Audience): void {
    this.#agenda.drop(audience)
  }

  isMirrored(userId: string): boolean {
    return this.#deps.isMirrored(userId)
  }

  monoMs(): number {
    return this.#deps.clock.monoMs()
  }

  /** The store has to be asked about this person before anybody is told, but not before `notBeforeMs`. */
  #doubt(person: ShownPerson, notBeforeMs: number): void {
    person.isStale = true
    for (const { seenBy } of person.places) seenBy.doubted(person, notBeforeMs)
  }

  /** One at a time, so that what is read later is what is told later. Never rejects. */
  async #flush(due: readonly Audience[]): Promise<void> {
    this.#waiting.push(...due)
    if (this.#isFlushing) return
    this.#isFlushing = true
    while (this.#waiting.length > 0) {
      const audiences = new Set(this.#waiting.splice(0))
      await this.#refresh(audiences)
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

  /** Asks the store about all in doubt whom these audiences show. About whom it does not answer it is asked again. */
  async #refresh(audiences: Iterable<Audience>): Promise<void> {
    const stale = new Set<ShownPerson>()
    for (const audience of audiences) for (const person of audience.takeDoubted()) stale.add(person)
    const people = [...stale]
    for (let i = 0; i < people.length; i += READ_PEOPLE) await this.#read(people.slice(i, i + READ_PEOPLE))
  }

  async #read(people: readonly ShownPerson[]): Promise<void> {
    for (const person of people) person.isStale = false
    try {
      const views = await this.#deps.store.read(people.map(({ userId }) => userId))
      for (const [i, view] of views.entries()) people[i]?.learn(view)
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'unable to read who is there')
      for (const person of people) this.#doubt(person, this.monoMs() + READ_AGAIN_MS)
    }
  }
}
