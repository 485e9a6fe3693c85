import { encode } from '@holdfast/protocol'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'
import { FurthestReads } from './furthest-reads.ts'
import { Pacer } from './pacer.ts'
import { type Readers, signal } from './readers.ts'
import type { Subscription } from './subscription.ts'

/** Least time between two `reads` frames of a room, in milliseconds. */
export const READS_INTERVAL_MS = 250
/** Most positions of others in one frame; those beyond are in the next. */
export const MAX_READS = 500

type Positions = Readonly<Record<string, number>>

const NOTHING: ReadonlyMap<string, number> = new Map()

/** What the read signals of a room need. */
export interface ReadOptions {
  readonly roomId: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly readers: Readers
  readonly isLarge: () => boolean
  /** Whether a person shows how far they have read, and so may see it of others. */
  readonly showsReads: (userId: string) => boolean
  /** So many frames have been sent. */
  readonly onSent: (frames: number) => void
}

/**
 * Tells a room's readers how far others have read, at once when it is quiet and otherwise at most four times a second.
 *
 * - Positions of others go to those who show theirs; in a large room only the two furthest, so that everybody can tell
 *   whether somebody else has read as far. Of one person they only ever grow.
 * - One's own position goes to one's own devices, always and as it is: it may go back when one marks messages unread.
 */
export class ReadSignals {
  readonly #options: ReadOptions
  readonly #pacer: Pacer
  readonly #furthest = new FurthestReads()
  /** What has moved since the last frame: for others, and of those who have the room open for themselves. */
  readonly #moved = new Map<string, number>()
  readonly #own = new Map<string, number>()

  constructor(options: ReadOptions) {
    this.#options = options
    const { clock, scheduler } = options
    this.#pacer = new Pacer({ clock, scheduler, intervalMs: () => READS_INTERVAL_MS, run: () => this.#flush() })
  }

  /** Positions have moved. `hidden`: for their own devices alone. */
  add(reads: Positions, hidden: Positions): void {
    const { readers, isLarge, clock } = this.#options
    for (const [userId, seq] of Object.entries(reads)) {
      const isNews = this.#furthest.take(userId, seq, clock.monoMs(), isLarge())
      if (isNews && !readers.isEmpty) this.#moved.set(userId, seq)
    }
    for (const [userId, seq] of Object.entries({ ...reads, ...hidden })) {
      if (readers.has(userId)) this.#own.set(userId, Math.max(seq, this.#own.get(userId) ?? 0))
    }
    if (this.#moved.size + this.#own.size > 0) this.#pacer.due()
  }

  /** A person has marked messages unread: what was going to be said of their position is not so any more. */
  reconsidered(userId: string): void {
    this.#own.delete(userId)
  }

  /** A person has left, or shows their position no more: others hear no more of it. */
  conceal(userId: string): void {
    this.#furthest.forget(userId)
  }

  /** A reader is live, for the first time or again: they are told what has moved since they had it all. */
  enter(subscription: Subscription): void {
    const { userId } = subscription.reader.actor
    if (!this.#options.showsReads(userId)) return
    const missed = this.#furthest.since(subscription.readsAsOf, MAX_READS)
    // Their own may have gone back meanwhile, which is not told here.
    missed.delete(userId)
    if (missed.size > 0 && signal(subscription, this.#message(missed))) this.#options.onSent(1)
  }

  /** The last reader has gone: nothing is due. */
  stop(): void {
    this.#pacer.stop()
    this.#moved.clear()
    this.#own.clear()
  }

  #flush(): void {
    const { readers, showsReads, clock, onSent } = this.#options
    const told = this.#takeMoved()
    this.#furthest.told(told.keys(), clock.monoMs())
    const toMost = told.size > 0 ? this.#message(told) : null
    let sent = 0
    for (const [userId, subscriptions] of readers.byUser()) {
      const [others, common] = showsReads(userId) ? [told, toMost] : [NOTHING, null]
      const own = this.#own.get(userId)
      const message = others.get(userId) === own ? common : this.#withOwn(others, userId, own)
      if (message === null) continue
      for (const subscription of subscriptions) if (signal(subscription, message)) sent++
    }
    onSent(sent)
    this.#own.clear()
    if (this.#moved.size > 0) this.#pacer.due()
  }

  /** The positions that the next frame tells others of: those that may still be told, and in a large room were not passed. */
  #takeMoved(): Map<string, number> {
    const taken = new Map<string, number>()
    for (const [userId, seq] of this.#moved) {
      if (taken.size >= MAX_READS) break
      this.#moved.delete(userId)
      if (this.#furthest.has(userId)) taken.set(userId, seq)
    }
    return taken
  }

  #withOwn(others: ReadonlyMap<string, number>, userId: string, own: number | undefined): SharedText | null {
    const reads = new Map(others)
    if (own === undefined) reads.delete(userId)
    else reads.set(userId, own)
    return reads.size > 0 ? this.#message(reads) : null
  }

  #message(reads: ReadonlyMap<string, number>): SharedText {
    return new SharedText(encode({ type: 'reads', roomId: this.#options.roomId, reads: Object.fromEntries(reads) }))
  }
}
