import { type Cursor, type DetachCode, encode, type RoomEvent } from '@holdfast/protocol'
import type { Cancel } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'
import { Flush } from './flush.ts'
import { type JoinDeps, join, rejoin } from './join.ts'
import type { OpenRoom } from './reader.ts'
import { RoomSignals } from './room-signals.ts'
import { type Advance, type SubscribedRoom, Subscription } from './subscription.ts'
import { Tail } from './tail.ts'

/** How long a hole may be the bus's reordering before it is read from the log. Milliseconds. */
const HOLE_WAIT_MS = 5
/** How long to wait before a log that could not be read is read again. Milliseconds. */
const READ_AGAIN_MS = 250
/** Readers of a room who are asked about each time it is compared with the log. */
const ASKED_ABOUT = 10
/**
 * How long a tail that was read for those who came back may pass its limits, so that who came with them is served from it too: a crowd
 * of thousands is let in within that. Milliseconds.
 */
const LOOSE_MS = 1_000
/** Events read at a time to fill a hole. */
const FILL_EVENTS = 500

/**
 * A room that somebody on this node is reading.
 *
 * It follows the log: what the bus says is taken only where it continues the tail without a gap; anything else just tells how
 * far the log has come, and is read from there. All its subscribers get the same encoded frames.
 */
export class RoomHub implements SubscribedRoom {
  readonly roomId: string
  readonly #deps: JoinDeps
  readonly #onIdle: (hub: RoomHub) => void
  readonly #subscriptions = new Set<Subscription>()
  readonly #flush: Flush
  #signals: RoomSignals
  /** Null until the log was first read. */
  #place: { readonly epoch: string; readonly tail: Tail } | null = null
  /** The log is known to have come at least this far. */
  #known = 0
  #isFilling = false
  /** Keeps a tail that may pass its limits from being trimmed to them before long; null: it need not be. */
  #cancelTrim: Cancel | null = null

  /** `onIdle` is called whenever the last subscription has ended. */
  constructor(roomId: string, deps: JoinDeps, onIdle: (hub: RoomHub) => void) {
    this.roomId = roomId
    this.#deps = deps
    this.#onIdle = onIdle
    this.#flush = new Flush(deps, () => this.#pushAll())
    this.#signals = new RoomSignals(roomId, deps)
  }

  get isIdle(): boolean {
    return this.#subscriptions.size === 0
  }

  /** Whether it has anything that is worth keeping while nobody reads. */
  get isFollowing(): boolean {
    return this.#place !== null
  }

  /** Opens the room for a reader. What becomes of it is told through the request. */
  open(request: OpenRoom): Subscription {
    const subscription = new Subscription(request, this)
    this.#subscriptions.add(subscription)
    void join(this, subscription, this.#deps)
    return subscription
  }

  /** Whether a reader at `cursor` can be served from memory. */
  reachesBackTo(cursor: Cursor): boolean {
    if (this.#place === null || this.#place.epoch !== cursor.epoch) return false
    return cursor.seq >= this.#place.tail.floor && cursor.seq <= this.#place.tail.seq
  }

  /** A read of the log has shown the room at this place; `caughtUp`: with the events that led to it. */
  learn(epoch: string, seq: number, caughtUp: Tail | null = null): void {
    if (this.#place !== null && this.#place.epoch !== epoch) this.forget('lagging')
    this.#place ??= { epoch, tail: new Tail(this.roomId, seq, this.#deps.tail) }
    // It reaches further back: others who come from there are served from memory. What came after it may have erased some of it.
    const { tail } = this.#place
    if (caughtUp?.seq === tail.seq && caughtUp.floor < tail.floor) {
      this.#place = { epoch, tail: caughtUp }
      this.#cancelTrim ??= this.#deps.scheduler.after(LOOSE_MS, () => this.#trim())
    }
    this.#follow(seq)
  }

  /** The bus says that these events are in the log. */
  receive(epoch: string, events: readonly RoomEvent[]): void {
    const last = events.at(-1)?.seq ?? 0
    if (this.#place === null) this.#known = Math.max(this.#known, last)
    else if (this.#place.epoch !== epoch) void this.checkHead()
    else {
      this.#append(events)
      this.#follow(last)
    }
  }

  /** What takes the bus's signals about the room: they are no part of the log. */
  get signals(): RoomSignals {
    return this.#signals
  }

  /** The bus says that a person may not read any more. The log is asked; until it has answered they get nothing. */
  recheck(userId: string, code: DetachCode): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.reader.actor.userId !== userId) continue
      if (!subscription.hasBegun) subscription.mustAskAgain = true
      if (subscription.state === 'live') this.#push(subscription)
      if (subscription.hasEnded || !subscription.hasBegun) continue
      const wasLive = subscription.state === 'live'
      if (wasLive) subscription.fallBehind(this.#deps.clock.monoMs())
      subscription.suspend(this.#ask(subscription, code))
      if (wasLive) void rejoin(this, subscription, this.#deps)
    }
  }

  /** Compares with the log: finds what the bus has lost, a new epoch, and the room's end. Never rejects. */
  async checkHead(): Promise<void> {
    try {
      const head = await this.#deps.log.head(this.roomId)
      if (head === null) this.forget('deleted')
      else if (this.#place !== null) this.learn(head.epoch, head.seq)
      await this.#checkReaders()
    } catch (error) {
      this.#deps.logger.warn({ err: error, roomId: this.roomId }, 'unable to compare a room with the log')
    }
  }

  /**
   * Some of the readers, in turn: whether they may still read. A ban of somebody who is no member is no event, and only a hint tells of it.
   *
   * @throws StoreUnavailable
   */
  async #checkReaders(): Promise<void> {
    const asked = [...this.#subscriptions].slice(0, ASKED_ABOUT)
    for (const subscription of asked) {
      this.#subscriptions.delete(subscription)
      this.#subscriptions.add(subscription)
    }
    for (const subscription of asked) {
      if (!subscription.hasBegun || subscription.hasEnded) continue
      const access = await this.#deps.log.access(this.roomId, subscription.reader.actor)
      if (!access.ok) subscription.detach('forbidden')
    }
  }

  /** Ends every subscription that has begun, since what this hub follows is no more; those still joining ask the log again. */
  forget(code: DetachCode): void {
    this.#pushAll()
    this.#place = null
    this.#known = 0
    for (const subscription of this.#subscriptions) {
      if (subscription.hasBegun) subscription.detach(code)
      else subscription.mustAskAgain = true
    }
    this.#signals = new RoomSignals(this.roomId, this.#deps)
  }

  /** Hands a subscription that is catching up what the tail holds for it, as far as its reader has room. */
  advance(subscription: Subscription): Advance {
    if (subscription.state === 'ended') return 'ended'
    return this.#place === null ? 'behind' : subscription.advance(this.#place.tail, true)
  }

  /** Nothing is left between the subscription and the tail's end: from here on it is pushed to. */
  goLive(subscription: Subscription): void {
    const { request, state, position } = subscription
    subscription.goLive()
    if (state === 'joining') {
      const { roomId, ref } = request
      const epoch = this.#place?.epoch ?? ''
      const live = encode({ type: 'room.live', ...(ref !== undefined && { ref }), roomId, epoch, seq: position })
      if (!request.reader.offer(new SharedText(live))) {
        subscription.end()
        return
      }
      request.onLive()
    }
    if (!subscription.hasEnded) this.#signals.enter(subscription)
  }

  delivered(events: number): void {
    this.#deps.metrics.deliveries.inc(events)
  }

  /** Detaches a subscription whose reader may not read any more. Never rejects. */
  async #ask(subscription: Subscription, code: DetachCode): Promise<void> {
    try {
      const access = await this.#deps.log.access(this.roomId, subscription.reader.actor)
      if (!access.ok) subscription.detach(code)
    } catch {
      subscription.detach('lagging')
    }
  }

  /** The log has come at least to `seq`: whatever the tail lacks is read, once the bus had its chance to bring it. */
  #follow(seq: number): void {
    this.#known = Math.max(this.#known, seq)
    if (this.#place === null || this.#known <= this.#place.tail.seq || this.#isFilling || this.isIdle) return
    this.#isFilling = true
    this.#deps.scheduler.after(HOLE_WAIT_MS, () => void this.#fill())
  }

  async #fill(): Promise<void> {
    try {
      for (let place = this.#place; place !== null && this.#known > place.tail.seq; place = this.#place) {
        const events = await this.#deps.log.events(this.roomId, place.tail.seq, FILL_EVENTS)
        if (this.#place !== place) continue
        const first = events[0]
        if (first === undefined) this.#known = place.tail.seq
        // The log has forgotten what came before: readers have to start over.
        else if (first.seq > place.tail.seq + 1) this.forget('lagging')
        else this.#append(events)
      }
      this.#isFilling = false
    } catch (error) {
      this.#isFilling = !this.isIdle
      if (this.isIdle) return
      this.#deps.logger.warn({ err: error, roomId: this.roomId }, 'unable to fill a hole from the log')
      this.#deps.scheduler.after(READ_AGAIN_MS, () => void this.#fill())
    }
  }

  #append(events: readonly RoomEvent[]): void {
    const tail = this.#place?.tail
    if (tail === undefined) return
    const before = tail.seq
    for (const event of events) {
      if (event.seq === tail.seq + 1) this.#step(tail, event)
      if (tail.isFull) this.#pushAll()
    }
    if (this.isIdle) tail.trim()
    else if (tail.seq > before) this.#flush.due(this.#subscriptions.size)
  }

  #step(tail: Tail, event: RoomEvent): void {
    tail.append(event)
    this.#signals.follow(event)
    if (event.kind !== 'member.left') return
    // Not with the next flush: until then they would still be sent signals.
    for (const subscription of [...this.#signals.readersOf(event.userId)]) {
      if (subscription.state === 'live') this.#push(subscription)
    }
  }

  #pushAll(): void {
    for (const subscription of this.#subscriptions) if (subscription.state === 'live') this.#push(subscription)
    this.#place?.tail.trim()
  }

  #trim(): void {
    this.#cancelTrim?.()
    this.#cancelTrim = null
    this.#place?.tail.trim()
  }

  #push(subscription: Subscription): void {
    if (this.#place === null || subscription.advance(this.#place.tail, false) !== 'behind') return
    subscription.fallBehind(this.#deps.clock.monoMs())
    void rejoin(this, subscription, this.#deps)
  }

  ended(subscription: Subscription): void {
    this.#subscriptions.delete(subscription)
    this.#signals.leave(subscription)
    if (!this.isIdle) return
    this.#trim()
    this.#onIdle(this)
  }
}
