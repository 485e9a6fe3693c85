import type { PersonSettings, RoomEvent } from '@holdfast/protocol'
import type { RoomDeps } from './deps.ts'
import { ReadSignals, type ReadsHint } from './read-signals.ts'
import { Readers } from './readers.ts'
import { RoomPeople } from './room-people.ts'
import type { Subscription } from './subscription.ts'
import type { TypingHint, TypingSet } from './typing-set.ts'
import { TypingSignals } from './typing-signals.ts'

/**
 * What a room tells its readers beside its log: who types, how far others have read, and through the audience it feeds, how
 * available its people are. All of it may be lost.
 *
 * Only who is live is told anything. While nobody is there is no timer, no audience, and nothing is read from the log.
 */
export class RoomSignals {
  readonly #roomId: string
  readonly #deps: RoomDeps
  readonly #readers = new Readers()
  readonly #typing: TypingSignals
  readonly #reads: ReadSignals
  /** Whether the room has more members than `largeRoom`; until that is known it counts as large. */
  #isLarge = true
  /** Null while nobody is live. */
  #people: RoomPeople | null = null

  constructor(roomId: string, deps: RoomDeps) {
    this.#roomId = roomId
    this.#deps = deps
    const { clock, scheduler, showsReads, metrics } = deps
    const options = { roomId, clock, scheduler, readers: this.#readers, isLarge: () => this.#isLarge }
    const counts = (kind: 'typing' | 'reads') => (frames: number) => metrics.signalsOut.inc({ kind }, frames)
    this.#typing = new TypingSignals({ ...options, onSent: counts('typing') })
    this.#reads = new ReadSignals({ ...options, showsReads, onSent: counts('reads') })
  }

  /** A subscription is live, for the first time or again. */
  enter(subscription: Subscription): void {
    this.#readers.add(subscription)
    this.#people ??= new RoomPeople(this.#roomId, this.#deps, this)
    this.#people.enter(subscription)
    this.#typing.enter(subscription)
    this.#reads.enter(subscription)
  }

  /** A subscription has ended, live or not. */
  leave(subscription: Subscription): void {
    this.#readers.remove(subscription)
    this.#people?.leave(subscription)
    this.#reads.leave(subscription)
    if (!this.#readers.isEmpty) return
    this.#people?.close()
    this.#people = null
    this.#typing.stop()
    this.#reads.stop()
  }

  /** Those who have the room live on behalf of a person. */
  readersOf(userId: string): Iterable<Subscription> {
    return this.#readers.of(userId)
  }

  /** The room's next event. */
  follow(event: RoomEvent): void {
    this.#people?.follow(event)
    if (event.kind === 'message.created') this.#typing.end(event.message.senderId)
    if (event.kind === 'member.joined') this.#typing.joined(event.member.userId)
    if (event.kind !== 'member.left') return
    this.#typing.left(event.userId)
    this.#doubt(this.#reads.left(event.userId))
  }

  /** Who types in the room. */
  get typists(): TypingSet {
    return this.#typing.people
  }

  /** Who typed before the room was opened; only while it has no reader yet. */
  resumeTyping(set: TypingSet): void {
    this.#typing.resume(set)
  }

  /** The bus says that somebody types, or has stopped. */
  typing(hint: TypingHint): void {
    this.#typing.hear(hint)
  }

  /** The bus says that read positions have moved. */
  reads(hint: ReadsHint): void {
    this.#reads.add(hint)
  }

  /** The bus says what a person has settled for themselves. */
  settings(userId: string, { readReceipts, appearOffline }: PersonSettings): void {
    if (!readReceipts) this.#doubt(this.#reads.conceal(userId))
    if (appearOffline) this.#typing.end(userId)
  }

  /** The log has said how many people are in the room, and how far they have read. */
  found(isLarge: boolean, reads: Readonly<Record<string, number>>): void {
    this.#resize(isLarge)
    this.#reads.seed(reads)
  }

  /** The room has as many more or fewer members that it may have become large, or ceased to be. */
  counted(isLarge: boolean): void {
    if (this.#resize(isLarge)) this.#doubt(this.#reads.resized())
  }

  #resize(isLarge: boolean): boolean {
    if (isLarge === this.#isLarge) return false
    this.#isLarge = isLarge
    this.#typing.resized()
    return true
  }

  #doubt(isToBeRead: boolean): void {
    this.#people?.doubt(isToBeRead)
  }
}
