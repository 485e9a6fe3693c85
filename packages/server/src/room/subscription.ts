import type { DetachCode, Refusal } from '@holdfast/protocol'
import type { OwnPosition } from './own-reads.ts'
import type { OpenRoom, Reader } from './reader.ts'
import type { EventsFrame, Leave, Tail } from './tail.ts'

/** `joining` until `room.live` is sent; `catching-up`: was live, and has to be brought up to date from the log. */
export type SubscriptionState = 'joining' | 'live' | 'catching-up' | 'ended'

/**
 * How far `advance` came: to the tail's end; to where the tail does not reach back to; to the subscription's end; or to where
 * the reader has no room now for the next frame, which has so many bytes.
 */
export type Advance = 'current' | 'behind' | 'ended' | { readonly frameBytes: number }

/** The room that a subscription is in. */
export interface SubscribedRoom {
  /** So many events were handed to the reader. */
  delivered(events: number): void
  /** It is over. Called once. */
  ended(subscription: Subscription): void
}

/**
 * One reader's place in one room.
 *
 * It holds no events of its own: `position` is the last seq handed to the reader, and whatever comes after is taken from the
 * hub's tail or from the log. So a reader who is catching up buffers nothing, and the order can have neither gap nor repeat.
 *
 * Revocation is part of that order: the reader was allowed to read up to `authorisedAt`, and the first `member.left` of theirs
 * after that is the last event they get.
 */
export class Subscription {
  readonly request: OpenRoom
  #state: SubscriptionState = 'joining'
  #position = -1
  #authorisedAt = 0
  #hasBegun = false
  /** What was read from the log may be out of date: a hint has said that this person may not read any more. */
  mustAskAgain = false
  #suspension: Promise<void> | null = null
  #readsAsOf = Number.NEGATIVE_INFINITY
  /** Where the reader stood when they were authorised, which only a snapshot tells them; null once it was told. */
  #standing: OwnPosition | null = null
  readonly #room: SubscribedRoom

  constructor(request: OpenRoom, room: SubscribedRoom) {
    this.request = request
    this.#room = room
  }

  get reader(): Reader {
    return this.request.reader
  }

  get state(): SubscriptionState {
    return this.#state
  }

  get hasEnded(): boolean {
    return this.#state === 'ended'
  }

  /** The last seq handed to the reader. */
  get position(): number {
    return this.#position
  }

  get authorisedAt(): number {
    return this.#authorisedAt
  }

  /** Whether the reader has had any frame of it. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The reader has the room as of `position`, and may read it as of `authorisedAt`. */
  begin(position: number, authorisedAt: number): void {
    this.#hasBegun = true
    this.#position = position
    this.#authorisedAt = authorisedAt
  }

  /** The reader knows how far others had read then, by the monotonic clock; it never does with a cursor, which says nothing of it. */
  get readsAsOf(): number {
    return this.#readsAsOf
  }

  /** The reader came with a cursor, and stood there then. */
  stoodAt(standing: OwnPosition): void {
    this.#standing = standing
  }

  /** Where the reader stood, if they have to be told; once. */
  takeStanding(): OwnPosition | null {
    const standing = this.#standing
    this.#standing = null
    return standing
  }

  hasReadsAsOf(monoMs: number): void {
    this.#readsAsOf = monoMs
  }

  /** Everything up to now is handed over: what follows is pushed as it comes. */
  goLive(): void {
    this.#state = 'live'
  }

  fallBehind(monoMs: number): void {
    this.#state = 'catching-up'
    this.#readsAsOf = monoMs
  }

  /** Nothing more is handed over until `answered`, which does not reject. Only for a subscription that is not live. */
  suspend(answered: Promise<void>): void {
    const suspension = answered.then(() => {
      if (this.#suspension === suspension) this.#suspension = null
    })
    this.#suspension = suspension
  }

  /** What has to be awaited before anything more is handed over; null: nothing. */
  get suspension(): Promise<void> | null {
    return this.#suspension
  }

  /**
   * Hands over what the tail holds beyond `position`. `isPaced`: only as much as the reader has room for now; otherwise a
   * reader without room is lagging, which ends the subscription.
   */
  advance(tail: Tail, isPaced: boolean): Advance {
    while (this.#position < tail.seq && this.#state !== 'ended') {
      const leave = tail.leaveOf(this.reader.actor.userId, Math.max(this.#position, this.#authorisedAt))
      const frame = tail.frameAfter(this.#position, leave?.seq ?? Number.MAX_SAFE_INTEGER)
      if (frame === null) return 'behind'
      const frameBytes = frame.message.frame.length
      if (isPaced && !this.reader.hasRoomFor(frameBytes)) return { frameBytes }
      this.deliver(frame, leave)
    }
    return this.#state === 'ended' ? 'ended' : 'current'
  }

  /** Hands over the frame that follows `position`; with `leave` in it, as its last event, the subscription is over. */
  deliver(frame: EventsFrame, leave: Leave | undefined): void {
    if (!this.reader.offer(frame.message)) {
      this.end()
      return
    }
    this.#position = frame.lastSeq
    this.#room.delivered(frame.count)
    if (leave?.seq === frame.lastSeq) this.detach(leave.reason)
  }

  /** Ends it without a word: the reader has closed the room, opened it over, lags or is gone. */
  end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#room.ended(this)
  }

  /** Ends it and tells the reader why. */
  detach(code: DetachCode): void {
    if (this.#state === 'ended') return
    this.end()
    this.request.onDetached(code)
  }

  refuse(refusal: Refusal): void {
    if (this.#state === 'ended') return
    this.end()
    this.request.onRefused(refusal)
  }

  fail(error: unknown): void {
    if (this.#state === 'ended') return
    this.end()
    this.request.onFailed(error)
  }
}
