import { type RoomEvent, SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import type { RoomPeople as PeopleOfLog, ShownReads } from '../log/room-log.ts'
import type { PresenceAudience, PresenceViewer } from '../people/viewer.ts'
import type { Cancel } from '../platform/clock.ts'
import type { SharedText } from '../transport/shared-text.ts'
import type { RoomDeps } from './deps.ts'
import type { Reader } from './reader.ts'
import type { Subscription } from './subscription.ts'

/** Least time between two readings of a room's people from the log, in milliseconds. */
export const PEOPLE_AGAIN_MS = 1_000

/** What a room's people need. */
export type PeopleDeps = Pick<RoomDeps, 'log' | 'scheduler' | 'logger' | 'newAudience' | 'largeRoom'>

/** Who is told what the log says of a room's people. */
export interface PeopleListener {
  /** The log has said how large the room is, and how far people show to have read. */
  found(isLarge: boolean, reads: ShownReads['reads']): void
  /** It may have become large since, or ceased to be. */
  counted(isLarge: boolean): void
}

type Found = PeopleOfLog & Pick<ShownReads, 'reads'>

/** The room's people as of `seq`. */
interface Known {
  seq: number
  count: number
  readonly shown: Set<string>
}

/**
 * Who is in a room, as far as its readers are shown them (as many as a snapshot lists), and how many. Read from the log when the first reader comes, kept
 * current by the events that follow, and read again when those do not tell all: who becomes one of the first when one of them
 * has left. It feeds the room's presence: whom it shows, and whom it tells.
 *
 * Lives as long as the room has readers who are live, and is closed then.
 */
export class RoomPeople {
  readonly #roomId: string
  readonly #deps: PeopleDeps
  readonly #listener: PeopleListener
  readonly #audience: PresenceAudience
  readonly #viewers = new Map<Subscription, Viewer>()
  /** A reader who closes the room and opens it again is the same viewer, who has been told much already. */
  readonly #seen = new WeakMap<Reader, Viewer>()
  /** Null until it was read. */
  #people: Known | null = null
  /** The latest event about members that has come. */
  #heardSeq = 0
  #isReading = false
  /** What is being read now may be out of date by something that is no event. */
  #isStale = false
  #cancelAgain: Cancel | null = null
  #isClosed = false

  constructor(roomId: string, deps: PeopleDeps, listener: PeopleListener) {
    this.#roomId = roomId
    this.#deps = deps
    this.#listener = listener
    this.#audience = deps.newAudience(roomId)
    void this.#read()
  }

  /** Somebody reads the room from here on. Harmless when they did already. */
  enter(subscription: Subscription): void {
    if (this.#viewers.has(subscription)) return
    const { reader } = subscription
    const viewer = this.#seen.get(reader) ?? new Viewer(reader)
    this.#seen.set(reader, viewer)
    viewer.subscription = subscription
    this.#viewers.set(subscription, viewer)
    this.#audience.join(viewer)
  }

  leave(subscription: Subscription): void {
    const viewer = this.#viewers.get(subscription)
    if (viewer === undefined) return
    this.#viewers.delete(subscription)
    this.#audience.leave(viewer)
  }

  /** The room's next event. */
  follow(event: RoomEvent): void {
    if (event.kind !== 'member.joined' && event.kind !== 'member.left') return
    this.#heardSeq = event.seq
    const known = this.#people
    if (known === null || event.seq <= known.seq) return
    known.seq = event.seq
    if (event.kind === 'member.joined') this.#joined(known, event.member.userId)
    else this.#left(known, event.userId)
    this.#listener.counted(known.count > this.#deps.largeRoom)
  }

  /** What the log says now of how far people have read may not be so any more; `isToBeRead`: and what it said has to be read anew. */
  doubt(isToBeRead: boolean): void {
    if (this.#isReading) this.#isStale = true
    else if (isToBeRead) this.#readAgain()
  }

  /** Nobody is told of anybody any more. */
  close(): void {
    this.#isClosed = true
    this.#cancelAgain?.()
    this.#audience.close()
  }

  #joined(known: Known, userId: string): void {
    known.count++
    // Where somebody is missing who was there before, the newcomer is not the next in the order of joining.
    if (known.shown.size !== Math.min(known.count - 1, SNAPSHOT_MEMBERS) || known.shown.size >= SNAPSHOT_MEMBERS) return
    known.shown.add(userId)
    this.#audience.add(userId)
  }

  #left(known: Known, userId: string): void {
    known.count--
    if (!known.shown.delete(userId)) return
    this.#audience.remove(userId)
    if (known.count > known.shown.size) this.#readAgain()
  }

  #readAgain(): void {
    if (this.#isReading || this.#cancelAgain !== null) return
    this.#cancelAgain = this.#deps.scheduler.after(PEOPLE_AGAIN_MS, () => {
      this.#cancelAgain = null
      void this.#read()
    })
  }

  /** Never rejects. */
  async #read(): Promise<void> {
    this.#isReading = true
    this.#isStale = false
    const found = await this.#ask()
    this.#isReading = false
    if (this.#isClosed || found === null) return
    // Older than what the events have told: the log is asked once more.
    if (found === 'unknown' || this.#isStale || found.seq < this.#heardSeq) this.#readAgain()
    else this.#take(found)
  }

  /** Null: the room is gone. */
  async #ask(): Promise<Found | null | 'unknown'> {
    const { log, logger } = this.#deps
    try {
      const [people, shown] = await Promise.all([
        log.people(this.#roomId, SNAPSHOT_MEMBERS),
        log.shownReads(this.#roomId),
      ])
      if (people === null || shown === null) return null
      return { ...people, reads: shown.reads, seq: Math.min(people.seq, shown.seq) }
    } catch (error) {
      if (!this.#isClosed) logger.warn({ err: error, roomId: this.#roomId }, 'unable to read the people of a room')
      return 'unknown'
    }
  }

  #take({ seq, count, userIds, reads }: Found): void {
    this.#people = { seq, count, shown: new Set(userIds) }
    this.#audience.show(userIds)
    this.#listener.found(count > this.#deps.largeRoom, reads)
  }
}

/** A reader as the audience knows it. Who has fallen behind is told nothing: it may be somebody who may not read any more. */
class Viewer implements PresenceViewer {
  readonly #reader: Reader
  subscription: Subscription | null = null

  constructor(reader: Reader) {
    this.#reader = reader
  }

  get actor(): Reader['actor'] {
    return this.#reader.actor
  }

  presence(message: SharedText): boolean {
    return this.subscription?.state === 'live' && this.#reader.presence(message)
  }
}
