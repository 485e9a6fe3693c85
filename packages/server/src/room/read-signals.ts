import { encode } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'
import { FurthestReads } from './furthest-reads.ts'
import { type OwnPosition, OwnReads } from './own-reads.ts'
import { Pacer } from './pacer.ts'
import { type Readers, signal } from './readers.ts'
import type { Subscription } from './subscription.ts'

/** Least time between two `reads` frames of a room, in milliseconds. */
export const READS_INTERVAL_MS = 250
/** Most positions of others in one frame; those beyond are in the next. */
export const MAX_READS = 500

/** A hint from the bus about read positions. */
export type ReadsHint = Extract<BusMessage, { kind: 'reads' }>

/** To be told all of it: who comes with a cursor has nothing. */
const EVER = Number.NEGATIVE_INFINITY
/** A frame of reads is seldom longer: a reader without room for so much is not tried. Bytes. */
const READS_FRAME = 1_024

/** What a reader was not told, from then on in monotonic time: what was told others, and where they stand themselves. */
interface Lack {
  readonly sinceMs: number
  readonly ownSinceMs: number
  readonly own: OwnPosition | undefined
}

/** What others have read since some moment, and the frame that says so: none when there is nothing. */
interface Missed {
  readonly reads: ReadonlyMap<string, number>
  readonly message: SharedText | null
}

const NONE: Missed = { reads: new Map(), message: null }

/** What the read signals of a room need. */
export interface ReadOptions {
  readonly roomId: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly readers: Readers
  readonly isLarge: () => boolean
  /** Whether a person shows how far they have read, and so may see it of others; null while it is not known: asking makes it so. */
  readonly showsReads: (userId: string) => boolean | null
  /** So many frames have been sent. */
  readonly onSent: (frames: number) => void
}

/**
 * Tells a room's readers how far others have read, at once when it is quiet and otherwise at most four times a second.
 *
 * - Positions of others go to those who show theirs; in a large room only the two furthest, so that everybody can tell
 *   whether somebody else has read as far. Of one person they only ever grow. Nothing is told of them before the log has said
 *   how large the room is and how far they had read when its first reader came: who comes with a cursor is told all of that.
 * - One's own position goes to one's own devices, always and as it is: it goes back when one marks messages unread, in the
 *   revision that begins with it.
 */
export class ReadSignals {
  readonly #options: ReadOptions
  readonly #pacer: Pacer
  readonly #furthest = new FurthestReads()
  readonly #own = new OwnReads()
  /** Whether the log has said how far others have read, and that still tells who is furthest. */
  #isKnown = false
  #wasKnown = false
  /** Those who came before it has. */
  readonly #waiting = new Set<Subscription>()
  /** What has moved since the last frame: for others, and of those who have the room open for themselves. */
  readonly #moved = new Map<string, number>()
  readonly #movedOwn = new Set<string>()
  /** What who comes with a cursor is told now; null: it was not asked for since anything has changed. A crowd that comes back shares it. */
  #all: Missed | null = null
  /** Live readers who had no room for a frame, or of whom it is not known what they may see, and what they lack: tried again with the next. */
  readonly #behind = new Map<Subscription, Lack>()

  constructor(options: ReadOptions) {
    this.#options = options
    const { clock, scheduler } = options
    this.#pacer = new Pacer({ clock, scheduler, intervalMs: () => READS_INTERVAL_MS, run: () => this.#flush() })
  }

  /** The bus says that positions have moved. */
  add({ reads, hidden, revisions = {} }: ReadsHint): void {
    const { readers, isLarge, clock } = this.#options
    const nowMs = clock.monoMs()
    this.#all = null
    for (const [userId, seq] of Object.entries(reads)) {
      const isNews = this.#furthest.take(userId, seq, nowMs, this.#isKnown && isLarge())
      if (isNews && !readers.isEmpty) this.#moved.set(userId, seq)
    }
    const revisionOf = new Map(Object.entries(revisions))
    for (const [userId, seq] of new Map([...Object.entries(reads), ...Object.entries(hidden)])) {
      const isNews = this.#own.take(userId, { seq, revision: revisionOf.get(userId) ?? 0 }, nowMs)
      if (isNews && readers.has(userId)) this.#movedOwn.add(userId)
    }
    this.#expect()
  }

  /** The log has said how far others have read. */
  seed(reads: Readonly<Record<string, number>>): void {
    const { readers, isLarge } = this.#options
    const further = this.#furthest.seed(reads, isLarge())
    this.#all = null
    // At first those who are here have it from there too, or wait.
    if (this.#wasKnown && !readers.isEmpty) for (const [userId, seq] of further) this.#moved.set(userId, seq)
    this.#isKnown = true
    this.#wasKnown = true
    for (const subscription of this.#waiting) this.#tellMissed(subscription, lackOf(subscription, undefined))
    this.#waiting.clear()
    this.#expect()
  }

  /** The room has become large or ceased to be. True: the log has to say anew how far others have read. */
  resized(): boolean {
    this.#all = null
    if (this.#options.isLarge()) this.#furthest.cut()
    else this.#isKnown = false
    return !this.#isKnown
  }

  /** A person shows their position no more: others hear no more of it. True: the log has to say who is furthest now. */
  conceal(userId: string): boolean {
    const wasKnown = this.#furthest.forget(userId)
    this.#all = null
    if (wasKnown && this.#options.isLarge()) this.#isKnown = false
    return !this.#isKnown
  }

  /** A person has left. True as in `conceal`. */
  left(userId: string): boolean {
    this.#own.forget(userId)
    this.#movedOwn.delete(userId)
    return this.conceal(userId)
  }

  /** A reader is live, for the first time or again: they are told what has moved since they had it all. */
  enter(subscription: Subscription): void {
    const { userId } = subscription.reader.actor
    const own = this.#own.newsFor(userId, subscription.readsAsOf, subscription.takeStanding())
    this.#tellMissed(subscription, lackOf(subscription, own))
    if (!this.#isKnown) this.#waiting.add(subscription)
  }

  /** A subscription has ended. */
  leave(subscription: Subscription): void {
    this.#waiting.delete(subscription)
    this.#behind.delete(subscription)
  }

  /** The last reader has gone: nothing is due. */
  stop(): void {
    this.#pacer.stop()
    this.#behind.clear()
    this.#moved.clear()
    this.#movedOwn.clear()
    this.#all = null
  }

  /** What others have read since the reader had it all, as far as it may be told now. */
  #tellMissed(subscription: Subscription, lack: Lack): void {
    const { userId } = subscription.reader.actor
    const before = this.#behind.get(subscription) ?? lack
    const sinceMs = Math.min(lack.sinceMs, before.sinceMs)
    const ownSinceMs = Math.min(lack.ownSinceMs, before.ownSinceMs)
    const own = lack.own ?? before.own
    const shows = this.#isKnown ? this.#options.showsReads(userId) : false
    const missed = shows ? this.#missedSince(sinceMs) : NONE
    const message = this.#messageFor(userId, missed, own)
    this.#behind.delete(subscription)
    if (message !== null && this.#signal(subscription, message, { sinceMs, ownSinceMs, own })) this.#options.onSent(1)
    if (shows === null) this.#awaitSettings(subscription, sinceMs)
    this.#expect()
  }

  /** What others have read since then is told once it is known whether the reader may see it. Of where they stand themselves they lack what could not be sent. */
  #awaitSettings(subscription: Subscription, sinceMs: number): void {
    const unsent = this.#behind.get(subscription)
    const ownSinceMs = unsent?.ownSinceMs ?? this.#options.clock.monoMs()
    this.#behind.set(subscription, {
      sinceMs: Math.min(sinceMs, unsent?.sinceMs ?? sinceMs),
      ownSinceMs,
      own: unsent?.own,
    })
  }

  /** Whether it was handed over; if not, it is tried again with the next frame. Who is catching up is told when they are live. */
  #signal(subscription: Subscription, message: SharedText, lack: Lack): boolean {
    const isSent = signal(subscription, message)
    if (!isSent && subscription.state === 'live') this.#behind.set(subscription, lack)
    return isSent
  }

  #expect(): void {
    const hasNews = this.#movedOwn.size > 0 || (this.#isKnown && this.#moved.size > 0)
    if (hasNews || this.#behind.size > 0) this.#pacer.due()
  }

  #flush(): void {
    const { readers, showsReads, clock, onSent } = this.#options
    const told = this.#takeMoved()
    const sinceMs = clock.monoMs()
    this.#furthest.told(told.keys(), sinceMs)
    this.#all = null
    const behind = [...this.#behind]
    const toMost = this.#missed(told)
    let sent = 0
    for (const [userId, subscriptions] of readers.byUser()) {
      const shows = showsReads(userId)
      const own = this.#movedOwn.has(userId) ? this.#own.of(userId) : undefined
      const message = this.#messageFor(userId, shows ? toMost : NONE, own)
      for (const subscription of subscriptions) {
        if (message !== null && this.#signal(subscription, message, { sinceMs, ownSinceMs: sinceMs, own })) sent++
        if (shows === null && told.size > 0 && subscription.state === 'live') this.#awaitSettings(subscription, sinceMs)
      }
    }
    onSent(sent)
    this.#movedOwn.clear()
    for (const [subscription, lack] of behind) this.#tryAgain(subscription, lack)
    this.#expect()
  }

  #tryAgain(subscription: Subscription, lack: Lack): void {
    const { reader, state, hasEnded } = subscription
    if (hasEnded) return
    this.#behind.set(subscription, lack)
    if (state !== 'live' || !reader.hasRoomFor(READS_FRAME)) return
    const own = this.#own.newsFor(reader.actor.userId, lack.ownSinceMs, lack.own ?? null)
    this.#tellMissed(subscription, { ...lack, own })
  }

  /** The positions that the next frame tells others of: those that may still be told, and in a large room were not passed. */
  #takeMoved(): Map<string, number> {
    const taken = new Map<string, number>()
    if (!this.#isKnown) return taken
    for (const [userId, seq] of this.#moved) {
      if (taken.size >= MAX_READS) break
      this.#moved.delete(userId)
      if (this.#furthest.has(userId)) taken.set(userId, seq)
    }
    return taken
  }

  /** What others have read since then, but for what the next frame tells everybody. */
  #missedSince(sinceMs: number): Missed {
    if (sinceMs === EVER && this.#all !== null) return this.#all
    const reads = this.#furthest.since(sinceMs, MAX_READS)
    for (const userId of this.#moved.keys()) reads.delete(userId)
    const missed = this.#missed(reads)
    if (sinceMs === EVER) this.#all = missed
    return missed
  }

  #missed(reads: ReadonlyMap<string, number>): Missed {
    return { reads, message: reads.size > 0 ? this.#message(reads) : null }
  }

  /** The frame for one person: that of everybody, where it says of them what they are to be told of themselves. */
  #messageFor(userId: string, { reads, message }: Missed, own: OwnPosition | undefined): SharedText | null {
    const isCommon = reads.get(userId) === own?.seq && !own?.revision
    return isCommon ? message : this.#withOwn(reads, userId, own)
  }

  #withOwn(others: ReadonlyMap<string, number>, userId: string, own: OwnPosition | undefined): SharedText | null {
    const reads = new Map(others)
    if (own === undefined) reads.delete(userId)
    else reads.set(userId, own.seq)
    return reads.size > 0 ? this.#message(reads, own?.revision) : null
  }

  #message(reads: ReadonlyMap<string, number>, readRevision = 0): SharedText {
    const revised = readRevision > 0 ? { readRevision } : {}
    const { roomId } = this.#options
    return new SharedText(encode({ type: 'reads', roomId, reads: Object.fromEntries(reads), ...revised }))
  }
}

/** What a reader lacks who is live now. */
function lackOf({ readsAsOf }: Subscription, own: OwnPosition | undefined): Lack {
  return { sinceMs: readsAsOf, ownSinceMs: readsAsOf, own }
}
