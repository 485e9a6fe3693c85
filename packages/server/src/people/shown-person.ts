import type { PersonViews } from './person.ts'
import { PersonLine } from './person-line.ts'
import type { Dated } from './recency.ts'

/** An audience, as those see it whom it shows. */
interface SeenBy {
  /** The session that asked to be told; null: none did. */
  readonly watcher: string | null
  /** The person there is known now, or is another way than before. */
  changed(place: Place, before: PersonLines | null): void
  /** The store has to be asked about the person, not before `notBeforeMs`. */
  doubted(person: ShownPerson, notBeforeMs: number): void
}

/** One person in one audience. */
export interface Place extends Dated<Place> {
  readonly person: ShownPerson
  readonly seenBy: SeenBy
  /** It has to be found out whether they may be told of: nothing is said of them until it is. */
  isHeld: boolean
  /** Something was not said because of that. */
  isOwed: boolean
  /** What is said, for the last time, of somebody who is a stranger now; null: of all others. */
  farewell: PersonLine | null
  /** The version as of which they look at the audience's room no more; 0: they do, or never did. */
  leftAt: number
}

/** A person as they know themselves, and as others are told. */
export interface PersonLines {
  readonly own: PersonLine
  readonly shown: PersonLine
}

/** A person whom somebody on this node is shown. */
export class ShownPerson {
  readonly userId: string
  /** Null until the store was read. */
  lines: PersonLines | null = null
  /** Whether the store has to be asked: it never was, or something has changed since. */
  isStale = true
  readonly places = new Set<Place>()

  constructor(userId: string) {
    this.userId = userId
  }

  /** The store says that they are so. */
  learn({ own, shown }: PersonViews): void {
    const before = this.lines
    const shownLine = new PersonLine(this.userId, shown)
    this.lines = { own: own !== shown ? new PersonLine(this.userId, own) : shownLine, shown: shownLine }
    for (const place of this.places) place.seenBy.changed(place, before)
  }
}
