import { slotAt } from './agenda.ts'
import { AudienceFrames } from './audience-frames.ts'
import { offlineView } from './person.ts'
import { PersonLine } from './person-line.ts'
import { Recency } from './recency.ts'
import { differs, isHere, type Scope } from './scope.ts'
import type { PersonLines, Place, ShownPerson } from './shown-person.ts'
import type { PresenceViewer } from './viewer.ts'

/** Least time between two frames to one viewer, its first not counted, in milliseconds. */
export const INTERVAL_MS = 1_000
/** Those who come within so many milliseconds get the same first frame. */
export const JOIN_MS = 50

/** What an audience needs of the directory. */
export interface AudienceHost {
  /** Somebody is shown; the same object as long as anybody is shown them. */
  person(userId: string): ShownPerson
  /** One place fewer shows them. */
  released(person: ShownPerson): void
  /** The audience wants a `flush` at `atMs` of monotonic time, or before. */
  due(audience: Audience, atMs: number): void
  closed(audience: Audience): void
  /** Whether a person is told in another way how it is with themselves. */
  isMirrored(userId: string): boolean
  monoMs(): number
}

/** How far one viewer has been told: see `Told`. */
interface Seat {
  readonly viewer: PresenceViewer
  version: number
  floor: number
}

/**
 * Everybody shown has the version of their last change, every viewer the version up to which it was told. A flush sends each
 * viewer what lies between; whoever could not take it keeps its version. So nothing is queued for anybody, and a viewer that
 * takes a frame now and then gets the present state of all that has changed.
 */
export class Audience {
  readonly #scope: Scope
  readonly #host: AudienceHost
  readonly #places = new Map<string, Place>()
  /** Those not shown any more of whom that was not told yet. */
  readonly #strangers = new Map<string, Place>()
  readonly #recency = new Recency<Place>()
  readonly #seats = new Map<PresenceViewer, Seat>()
  /** Those that have joined since the last flush. */
  readonly #fresh = new Set<Seat>()
  /** Those that were not told everything by the last flush. */
  readonly #behind = new Set<Seat>()
  /** How far those were told that have left, should they come back. */
  readonly #left = new WeakMap<PresenceViewer, number>()
  /** Those shown about whom the store has to be asked. */
  readonly #doubted = new Set<ShownPerson>()
  /** Everybody else has been told so far. */
  #toldVersion = 0
  #nextMs = Number.NEGATIVE_INFINITY
  /** When those behind are tried again. */
  #retryMs = Number.NEGATIVE_INFINITY
  #nextJoinMs = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(scope: Scope, host: AudienceHost) {
    this.#scope = scope
    this.#host = host
  }

  /** Those shown, in no order. */
  get shown(): readonly string[] {
    return [...this.#places.keys()]
  }

  /** The session that asked to be told of those shown; null: they are shown for another reason. */
  get watcher(): string | null {
    return this.#scope.kind === 'watch' ? this.#scope.sessionId : null
  }

  /** Whether somebody is among those shown. */
  shows(userId: string): boolean {
    return this.#places.has(userId)
  }

  /** Whether nobody is told. */
  get isEmpty(): boolean {
    return this.#seats.size === 0
  }

  show(userIds: readonly string[]): void {
    const wanted = new Set(userIds)
    for (const userId of this.#places.keys()) if (!wanted.has(userId)) this.remove(userId)
    for (const userId of wanted) this.add(userId)
  }

  add(userId: string): void {
    if (this.#isClosed || this.#places.has(userId)) return
    this.#forgetStranger(userId)
    const person = this.#host.person(userId)
    const known = { isHeld: false, isOwed: false, farewell: null, leftAt: 0 }
    const place: Place = { person, seenBy: this, ...known, version: 0, older: null, newer: null }
    person.places.add(place)
    // The person's own id: of millions of places none keeps a string of its own.
    this.#places.set(person.userId, place)
    this.#recency.touch(place)
    if (person.isStale) this.#doubted.add(person)
    this.#isDue()
  }

  remove(userId: string): void {
    this.#take(userId)
  }

  /** Nothing is said of somebody until `release`, or `estrange`. */
  hold(userId: string): void {
    const place = this.#places.get(userId)
    if (place !== undefined) place.isHeld = true
  }

  /** What has changed of them meanwhile is told. */
  release(userId: string): void {
    const place = this.#places.get(userId)
    if (place === undefined) return
    place.isHeld = false
    if (!place.isOwed) return
    place.isOwed = false
    this.#recency.touch(place)
    this.#isDue()
  }

  /** Somebody is not shown any more, and that is told: as offline, and no word of since when. */
  estrange(userId: string): void {
    const place = this.#take(userId)
    if (place === undefined) return
    place.isHeld = false
    place.farewell = new PersonLine(userId, offlineView(null))
    this.#strangers.set(userId, place)
    this.#recency.touch(place)
    this.#isDue()
  }

  join(viewer: PresenceViewer): void {
    if (this.#isClosed || this.#seats.has(viewer)) return
    // Whoever asked for people by name is told of the offline too.
    const floor = this.#scope.kind === 'watch' ? 0 : (this.#left.get(viewer) ?? Number.POSITIVE_INFINITY)
    const seat = { viewer, version: 0, floor }
    this.#seats.set(viewer, seat)
    this.#fresh.add(seat)
    this.#host.due(this, this.#nextJoinMs)
  }

  leave(viewer: PresenceViewer): void {
    const seat = this.#seats.get(viewer)
    if (seat === undefined) return
    this.#seats.delete(viewer)
    this.#behind.delete(seat)
    // One that was never told anything has nothing that could be wrong.
    if (!this.#fresh.delete(seat)) this.#left.set(viewer, Math.max(seat.version, seat.floor))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const userId of this.#places.keys()) this.remove(userId)
    this.#seats.clear()
    this.#fresh.clear()
    this.#behind.clear()
    this.#strangers.clear()
    this.#host.closed(this)
  }

  /** Somebody shown may have changed: the store has to be asked before the next flush, which is at `notBeforeMs` or later. */
  doubted(person: ShownPerson, notBeforeMs: number): void {
    this.#doubted.add(person)
    if (this.#seats.size > 0) this.#host.due(this, Math.max(this.#nextMs, notBeforeMs))
  }

  /** Those about whom the store has to be asked; they are not in doubt any more. */
  takeDoubted(): readonly ShownPerson[] {
    const people = [...this.#doubted].filter(({ isStale, places }) => isStale && places.size > 0)
    this.#doubted.clear()
    return people
  }

  /** A person shown is known now, or is another way than before. */
  changed(place: Place, before: PersonLines | null): void {
    const { lines } = place.person
    if (lines !== null && before !== null && !differs(this.#scope, lines, before)) return
    this.#recency.touch(place)
    if (lines !== null && before !== null && isHere(this.#scope, before) !== isHere(this.#scope, lines)) {
      place.leftAt = isHere(this.#scope, lines) ? 0 : place.version
    }
    this.#isDue()
  }

  /**
   * Tells everybody whose time has come, and nobody else: a flush may have been wanted for the sake of somebody of whom there
   * is nothing to tell, and not even the moment of a frame may show it: so all times are those of the agenda's slots. `wallMs`:
   * the time of day.
   */
  flush(wallMs: number): void {
    if (this.#isClosed) return
    const nowMs = this.#host.monoMs()
    const frames = new AudienceFrames(this.#scope, this.#recency, wallMs)
    if (nowMs >= this.#nextMs && this.#tellChanges(frames, nowMs)) this.#nextMs = slotAt(nowMs + INTERVAL_MS)
    if (this.#fresh.size > 0 && nowMs >= this.#nextJoinMs) {
      this.#nextJoinMs = slotAt(nowMs + JOIN_MS)
      this.#tellFresh(frames)
    }
    if (this.#behind.size > 0 && nowMs >= this.#retryMs) this.#retryMs = slotAt(nowMs + INTERVAL_MS)
    for (const [userId, { version }] of this.#strangers) if (this.#isToldTo(version)) this.#forgetStranger(userId)
    this.#planNext()
  }

  #isDue(): void {
    if (this.#seats.size > 0) this.#host.due(this, this.#nextMs)
  }

  /** Whether every viewer was told as far as that. */
  #isToldTo(version: number): boolean {
    for (const seat of this.#seats.values()) if (seat.version < version) return false
    return true
  }

  #forgetStranger(userId: string): void {
    const place = this.#strangers.get(userId)
    if (place === undefined) return
    this.#strangers.delete(userId)
    this.#recency.remove(place)
  }

  #take(userId: string): Place | undefined {
    const place = this.#places.get(userId)
    if (place === undefined) return undefined
    this.#places.delete(userId)
    this.#recency.remove(place)
    place.person.places.delete(place)
    this.#doubted.delete(place.person)
    this.#host.released(place.person)
    return place
  }

  #planNext(): void {
    if (this.#behind.size > 0) this.#host.due(this, Math.max(this.#nextMs, this.#retryMs))
    if (this.#toldVersion < this.#recency.version) this.#isDue()
    if (this.#fresh.size > 0) this.#host.due(this, this.#nextJoinMs)
  }

  #tellFresh(frames: AudienceFrames): void {
    for (const seat of this.#fresh) {
      if (seat.floor === Number.POSITIVE_INFINITY) seat.floor = this.#recency.version
      this.#fresh.delete(seat)
      this.#tell(seat, frames)
    }
  }

  /** Whether anybody was told anything. */
  #tellChanges(frames: AudienceFrames, nowMs: number): boolean {
    const hasNews = this.#toldVersion < this.#recency.version
    const behind = hasNews || nowMs >= this.#retryMs ? [...this.#behind] : []
    this.#toldVersion = this.#recency.version
    let hasTold = false
    if (hasNews) {
      for (const seat of this.#seats.values()) {
        if (!this.#behind.has(seat) && !this.#fresh.has(seat) && this.#tell(seat, frames)) hasTold = true
      }
    }
    for (const seat of behind) if (this.#tell(seat, frames)) hasTold = true
    return hasTold
  }

  /** Who appears offline is told by their mirror how it is with themselves. */
  #leftOut({ actor: { userId } }: PresenceViewer): string | null {
    return this.#scope.kind !== 'own' && this.#host.isMirrored(userId) ? userId : null
  }

  /** Whether it was sent a frame. */
  #tell(seat: Seat, frames: AudienceFrames): boolean {
    if (!this.#seats.has(seat.viewer)) return false
    const frame = frames.for(seat, this.#leftOut(seat.viewer))
    if (frame === null) {
      this.#behind.add(seat)
      return false
    }
    // Whoever was tried goes to the end, so that those have their turn who were not.
    this.#behind.delete(seat)
    if (frame.message !== null && !seat.viewer.presence(frame.message)) {
      this.#behind.add(seat)
      return false
    }
    seat.version = frame.version
    if (seat.version < this.#recency.version) this.#behind.add(seat)
    return frame.message !== null
  }
}
