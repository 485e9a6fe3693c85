import type { Cursor, DetachCode, DownFrame, Refusal, RoomEvent } from '@holdfast/protocol'
import type { Actor } from '../../src/log/actor.ts'
import type { OpenRoom, Reader } from '../../src/room/reader.ts'
import type { Subscription } from '../../src/room/subscription.ts'
import type { SharedText } from '../../src/transport/shared-text.ts'

export function actorOf(userId: string, isAdmin = false): Actor {
  return { userId, name: userId, isAdmin }
}

/**
 * One room opened by one person, with all that came of it. It checks as it reads: the first event follows the cursor or the
 * snapshot, each further one the one before, and nothing comes once it has ended.
 */
export class FakeReader implements Reader {
  actor: Actor
  /** The very messages, to see that readers share them. */
  readonly shared: SharedText[] = []
  readonly frames: DownFrame[] = []
  readonly events: RoomEvent[] = []
  readonly signals: DownFrame[] = []
  /** The very messages of them, to see that readers share them. */
  readonly sharedSignals: SharedText[] = []
  readonly presences: SharedText[] = []
  /** Has no room for signals while true: they are lost. */
  isDeaf = false
  /** Takes nothing any more while true, and nobody has told the room yet. */
  isGone = false
  /** Where the reader stands; null before the first frame. */
  seq: number | null
  /** The seq of `room.live`. */
  liveAt: number | null = null
  snapshotAt: number | null = null
  ended: DetachCode | 'closed' | 'lagged' | Refusal | null = null
  failure: unknown = null
  /** What it was sent that nobody may be sent. */
  readonly breaches: string[] = []
  subscription: Subscription | null = null
  /** The budget of unsent bytes, and what is unsent until `drain`. */
  readonly #limit: number
  #unsent = 0
  /** How often somebody has waited for room since it last drained. */
  #asked = 0
  #waiting: ((hasRoom: boolean) => void)[] = []
  readonly #cursor: Cursor | null

  constructor(userId: string, cursor: Cursor | null = null, limit = Number.POSITIVE_INFINITY, isAdmin = false) {
    this.actor = actorOf(userId, isAdmin)
    this.#limit = limit
    this.#cursor = cursor
    this.seq = null
  }

  request(roomId: string, window = 50): OpenRoom {
    return {
      roomId,
      reader: this,
      ref: undefined,
      cursor: this.#cursor,
      window,
      onLive: () => {},
      onRefused: refusal => this.#end(refusal),
      onDetached: code => this.#end(code),
      onFailed: error => {
        this.failure = error
      },
    }
  }

  /** Closes the room as its reader would. */
  close(): void {
    this.#end('closed')
    this.subscription?.end()
  }

  offer(message: SharedText): boolean {
    const bytes = message.frame.length
    if (!this.hasRoomFor(bytes)) {
      this.#end('lagged')
      this.subscription?.end()
      return false
    }
    this.#unsent += bytes
    this.shared.push(message)
    this.#take(JSON.parse(message.text) as DownFrame)
    return true
  }

  hasRoomFor(bytes: number): boolean {
    return !this.isGone && (this.#unsent === 0 || this.#unsent + bytes <= this.#limit)
  }

  whenRoomFor(bytes: number): Promise<boolean> {
    if (++this.#asked > 50) throw new Error('the room asks for room without end')
    if (this.isGone) return Promise.resolve(false)
    if (this.hasRoomFor(bytes)) return Promise.resolve(true)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Takes what is unsent. */
  drain(): void {
    this.#unsent = 0
    this.#asked = 0
    for (const resolve of this.#waiting.splice(0)) resolve(!this.isGone)
  }

  signal(message: SharedText): boolean {
    if (this.isDeaf) return false
    const frame = JSON.parse(message.text) as DownFrame
    if (this.ended !== null) this.breaches.push(`${this.actor.userId} got a signal (${frame.type}) after the end`)
    this.signals.push(frame)
    this.sharedSignals.push(message)
    this.onSignal(frame)
    return true
  }

  presence(message: SharedText): boolean {
    if (this.ended !== null) this.breaches.push(`${this.actor.userId} got presence after the end`)
    if (this.isDeaf) return false
    this.presences.push(message)
    return true
  }

  /** For a test that has to know when. */
  onSignal: (frame: DownFrame) => void = () => {}

  #take(frame: DownFrame): void {
    if (this.ended !== null) this.breaches.push(`${this.actor.userId} got ${frame.type} after the end`)
    this.frames.push(frame)
    if (frame.type === 'room.snapshot') {
      if (this.seq !== null) this.breaches.push('a snapshot came after other frames')
      this.seq = frame.seq
      this.snapshotAt = frame.seq
    }
    if (frame.type === 'message.event') for (const event of frame.events) this.#step(event)
    if (frame.type === 'room.live') {
      const at = this.seq ?? this.#cursor?.seq
      if (frame.seq !== at) this.breaches.push(`room.live says ${frame.seq}, but the reader stands at ${at}`)
      this.seq = frame.seq
      this.liveAt = frame.seq
    }
  }

  #step(event: RoomEvent): void {
    const before = this.seq ?? this.#cursor?.seq
    if (before === undefined || event.seq !== before + 1) {
      this.breaches.push(`${this.actor.userId} got ${event.seq} after ${before}`)
    }
    this.seq = event.seq
    this.events.push(event)
  }

  #end(how: NonNullable<FakeReader['ended']>): void {
    if (this.ended === null) this.ended = how
  }
}
