import { assertNever, encode, TYPING_NAMES, type Typing } from '@holdfast/protocol'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'
import { Pacer } from './pacer.ts'
import { type Readers, signal } from './readers.ts'
import type { Subscription } from './subscription.ts'
import { type TypingHint, type TypingNow, TypingSet } from './typing-set.ts'

/** Least time between two `typing` frames of a room, in milliseconds. */
export const TYPING_INTERVAL_MS = 250
/** The same for a large room: each frame goes to many. */
export const TYPING_INTERVAL_LARGE_MS = 1_000
/** Most names in one frame, of whatever room; of the others there is a count. */
const MAX_NAMED = 200
/** How soon it is told that somebody goes on typing. Not at once: many do, and nobody sees a difference. Milliseconds. */
const PROLONG_MS = 1_000
/** How soon it is tried again to tell those who had no room for a frame. Milliseconds. */
const OWED_MS = 1_000

/** What the typing signals of a room need. */
export interface TypingOptions {
  readonly roomId: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly readers: Readers
  readonly isLarge: () => boolean
  /** So many frames have been sent. */
  readonly onSent: (frames: number) => void
}

/**
 * Tells a room's readers who types: everybody else who does, in one frame for all who do not type themselves.
 *
 * A frame goes out when the set changes and, a little later, when somebody goes on; never more often than the interval. A name
 * whose time ends before the next frame could say so is left out of this one: so even a client that does not look at
 * `remainingMs` shows nobody for longer than TYPING_TTL_MS after their last start.
 */
export class TypingSignals {
  readonly #options: TypingOptions
  #set = new TypingSet()
  readonly #pacer: Pacer
  /** Of whom something has changed since the last frame, and whom it told of. */
  readonly #changed = new Set<string>()
  #told = new Set<string>()
  /** Those whose last frame named somebody: they have to be told when nobody types any more. */
  readonly #shown = new WeakSet<Subscription>()
  /** Those who had no room for their last frame. */
  readonly #owed = new Set<Subscription>()

  constructor(options: TypingOptions) {
    this.#options = options
    const { clock, scheduler } = options
    this.#pacer = new Pacer({ clock, scheduler, intervalMs: () => this.#intervalMs, run: () => this.#flush() })
  }

  /** Who types, as far as it is known here. */
  get people(): TypingSet {
    return this.#set
  }

  /** What was heard of the room before it was opened; only while it has no reader yet. */
  resume(set: TypingSet): void {
    this.#set = set
  }

  /** The bus has told something. */
  hear(hint: TypingHint): void {
    const { clock } = this.#options
    const change = this.#set.hear(hint, { monoMs: clock.monoMs(), wallMs: clock.wallMs() })
    switch (change.kind) {
      case 'none':
        return
      case 'began':
      case 'ended':
        this.#due(hint.userId, 0)
        return
      case 'prolonged':
        // What was told last must be told anew well before it runs out.
        this.#due(hint.userId, Math.max(0, Math.min(PROLONG_MS, change.leftMs - 2 * PROLONG_MS)))
        return
      case 'shortened':
        this.#due(hint.userId, change.leftMs)
        return
      default:
        assertNever(change)
    }
  }

  /** A person has stopped, wherever they typed. */
  end(userId: string): void {
    if (this.#set.end(userId, this.#nowMs)) this.#due(userId, 0)
  }

  /** A person is in the room no longer. */
  left(userId: string): void {
    if (this.#set.bar(userId, this.#nowMs)) this.#due(userId, 0)
  }

  /** A person is in the room, perhaps again. */
  joined(userId: string): void {
    this.#set.admit(userId)
  }

  /** The room has become large or ceased to be: the next frame is another. */
  resized(): void {
    for (const { userId } of this.#set.now(this.#nowMs)) this.#due(userId, 0)
  }

  /** A reader is live, for the first time or again: they are told who types, if somebody does. */
  enter(subscription: Subscription): void {
    const typing = this.#set.now(this.#nowMs)
    const isDue = typing.length > 0 || this.#shown.has(subscription)
    if (isDue && this.#tell(subscription, this.#message(typing, subscription.reader.actor.userId))) {
      this.#options.onSent(1)
    }
    for (const { userId } of typing) this.#told.add(userId)
    this.#expect(typing)
  }

  /** The last reader has gone: nothing is due. */
  stop(): void {
    this.#pacer.stop()
    this.#changed.clear()
    this.#owed.clear()
  }

  get #nowMs(): number {
    return this.#options.clock.monoMs()
  }

  get #intervalMs(): number {
    return this.#options.isLarge() ? TYPING_INTERVAL_LARGE_MS : TYPING_INTERVAL_MS
  }

  #due(userId: string, withinMs: number): void {
    if (this.#options.readers.isEmpty) return
    this.#changed.add(userId)
    this.#pacer.due(withinMs)
  }

  #flush(): void {
    const nowMs = this.#nowMs
    this.#set.endBefore(nowMs + this.#intervalMs, nowMs)
    const typing = this.#set.now(nowMs)
    const told = new Set(typing.map(({ userId }) => userId))
    for (const userId of differing(told, this.#told)) this.#changed.add(userId)
    if (this.#changed.size > 0) this.#tellAll(typing, told)
    else this.#tellOwed(typing)
    this.#told = told
    this.#changed.clear()
    this.#expect(typing)
  }

  #tellOwed(typing: readonly TypingNow[]): void {
    let sent = 0
    for (const subscription of [...this.#owed]) {
      if (this.#tell(subscription, this.#message(typing, subscription.reader.actor.userId))) sent++
    }
    this.#options.onSent(sent)
  }

  #tellAll(typing: readonly TypingNow[], typists: ReadonlySet<string>): void {
    const toMost = this.#message(typing, null)
    const [first] = this.#changed
    let sent = 0
    for (const [userId, subscriptions] of this.#options.readers.byUser()) {
      // To themselves nothing has changed.
      if (userId === first && this.#changed.size === 1) continue
      const message = typists.has(userId) ? this.#message(typing, userId) : toMost
      for (const subscription of subscriptions) if (this.#tell(subscription, message)) sent++
    }
    this.#options.onSent(sent)
  }

  /** Whether a frame was sent. */
  #tell(subscription: Subscription, { text, isEmpty }: TypingMessage): boolean {
    this.#owed.delete(subscription)
    if (isEmpty && !this.#shown.has(subscription)) return false
    if (!signal(subscription, text)) {
      // Whoever is catching up is told when they are live again.
      if (subscription.state === 'live') this.#owed.add(subscription)
      return false
    }
    if (isEmpty) this.#shown.delete(subscription)
    else this.#shown.add(subscription)
    return true
  }

  /** When the first of them ends it has to be told, and what is owed before long. */
  #expect(typing: readonly TypingNow[]): void {
    if (this.#options.readers.isEmpty) return
    if (this.#owed.size > 0) this.#pacer.due(OWED_MS)
    if (typing.length > 0) this.#pacer.due(Math.min(...typing.map(({ remainingMs }) => remainingMs)))
  }

  /** Everybody who types but `reader`. */
  #message(typing: readonly TypingNow[], reader: string | null): TypingMessage {
    const others = reader === null ? typing : typing.filter(({ userId }) => userId !== reader)
    const named = others.slice(0, this.#options.isLarge() ? TYPING_NAMES : MAX_NAMED)
    const frame: Typing = {
      type: 'typing',
      roomId: this.#options.roomId,
      userIds: named.map(({ userId }) => userId),
      ...(named.length < others.length && { count: others.length }),
      ...(named.length > 0 && { remainingMs: named.map(({ remainingMs }) => remainingMs) }),
    }
    return { text: new SharedText(encode(frame)), isEmpty: others.length === 0 }
  }
}

/** Those that are in one of the two only. */
function* differing(a: ReadonlySet<string>, b: ReadonlySet<string>): Iterable<string> {
  for (const one of a) if (!b.has(one)) yield one
  for (const one of b) if (!a.has(one)) yield one
}

interface TypingMessage {
  readonly text: SharedText
  readonly isEmpty: boolean
}
