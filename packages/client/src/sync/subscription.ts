import {
  assertNever,
  type MessageEventFrame,
  type Refusal,
  type RoomCursor,
  type RoomDetached,
  type RoomEvent,
  type RoomLive,
  type RoomSnapshot,
  type UpFrame,
} from '@holdfast/protocol'
import type { ClientPlatform } from '../platform/platform.ts'
import { Wake } from '../platform/wake.ts'
import { CLOSED, stepSync, wakeSyncAt } from './sync-machine.ts'
import type { SyncEffect, SyncEvent, SyncState } from './sync-state.ts'

/** What a subscription needs from the rest of the client. */
export interface SubscriptionDeps {
  readonly roomId: string
  readonly platform: ClientPlatform
  /** Whether a session is running. */
  isUp(): boolean
  send(frame: UpFrame): void
  /** A `ref` that no other command of this client has. */
  nextRef(): string
  applySnapshot(snapshot: RoomSnapshot): void
  applyEvents(events: readonly RoomEvent[]): void
  dropContent(): void
  /** The state is another one now. */
  onState(state: SyncState): void
}

/** The frames that a subscription is made of. */
export type SubscriptionFrame = RoomSnapshot | MessageEventFrame | RoomLive | RoomDetached

/** One room's subscription: performs what the sync machine says, and tells it what happens. It decides nothing. */
export class Subscription {
  readonly #deps: SubscriptionDeps
  #state: SyncState = CLOSED
  readonly #wake: Wake

  constructor(deps: SubscriptionDeps) {
    this.#deps = deps
    this.#wake = new Wake(deps.platform, () => this.#dispatch({ kind: 'tick' }))
  }

  get state(): SyncState {
    return this.#state
  }

  open(): void {
    this.#dispatch({ kind: 'open', isUp: this.#deps.isUp() })
  }

  release(): void {
    this.#dispatch({ kind: 'release' })
  }

  rejoin(): void {
    this.#dispatch({ kind: 'rejoin', isUp: this.#deps.isUp() })
  }

  up(greeted: boolean): void {
    this.#dispatch({ kind: 'up', greeted })
  }

  down(): void {
    this.#dispatch({ kind: 'down' })
  }

  forget(): void {
    this.#dispatch({ kind: 'forget' })
  }

  /** What the hello of the next session is to ask for; null when it is not to ask for this room. */
  greeting(): RoomCursor | null {
    if (this.#state.kind !== 'detached') return null
    return { roomId: this.#deps.roomId, ...this.#state.cursor }
  }

  /** A frame about this room. */
  take(frame: SubscriptionFrame): void {
    switch (frame.type) {
      case 'room.snapshot':
        this.#dispatch({ kind: 'snapshot', epoch: frame.epoch, seq: frame.seq }, frame)
        return
      case 'message.event':
        this.#dispatch({ kind: 'events', events: frame.events })
        return
      case 'room.live':
        this.#dispatch({ kind: 'live', epoch: frame.epoch, seq: frame.seq, ref: frame.ref ?? null })
        return
      case 'room.detached':
        this.#dispatch({ kind: 'detach', code: frame.code })
        return
      default:
        assertNever(frame)
    }
  }

  takeRefusal(refusal: Refusal, ref: string | null): void {
    this.#dispatch({ kind: 'refuse', refusal, ref })
  }

  #dispatch(event: SyncEvent, snapshot: RoomSnapshot | null = null): void {
    const { platform, nextRef } = this.#deps
    const { clock, random } = platform
    const input = { now: clock.monoMs(), fraction: random.fraction(), ref: nextRef() }
    const { state, effects } = stepSync(this.#state, event, input)
    const before = this.#state
    this.#state = state
    for (const effect of effects) this.#perform(effect, snapshot)
    if (before !== state) this.#deps.onState(state)
    this.#wake.armFor(wakeSyncAt(this.#state))
  }

  #perform(effect: SyncEffect, snapshot: RoomSnapshot | null): void {
    const { roomId, send } = this.#deps
    switch (effect.do) {
      case 'open':
        send({ type: 'room.open', ref: effect.ref, roomId, ...effect.cursor })
        return
      case 'close':
        send({ type: 'room.close', roomId })
        return
      case 'apply-snapshot':
        if (snapshot !== null) this.#deps.applySnapshot(snapshot)
        return
      case 'apply-events':
        this.#deps.applyEvents(effect.events)
        return
      case 'drop-content':
        this.#deps.dropContent()
        return
      default:
        assertNever(effect)
    }
  }
}
