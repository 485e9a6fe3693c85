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
import { Runner } from '../platform/runner.ts'
import { dueAtOf } from '../step.ts'
import { CLOSED, stepSync } from './sync-machine.ts'
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
export class Subscription extends Runner<SyncState, SyncEvent, SyncEffect> {
  readonly #deps: SubscriptionDeps

  constructor(deps: SubscriptionDeps) {
    super({
      platform: deps.platform,
      initial: CLOSED,
      step: (state, event, input) => stepSync(state, event, { ...input, ref: deps.nextRef() }),
      wakeAt: dueAtOf,
      perform: effect => this.#perform(effect),
      onState: deps.onState,
    })
    this.#deps = deps
  }

  open(): void {
    this.dispatch({ kind: 'open', isUp: this.#deps.isUp() })
  }

  release(): void {
    this.dispatch({ kind: 'release' })
  }

  rejoin(): void {
    this.dispatch({ kind: 'rejoin', isUp: this.#deps.isUp() })
  }

  up(greeted: boolean): void {
    this.dispatch({ kind: 'up', greeted })
  }

  down(): void {
    this.dispatch({ kind: 'down' })
  }

  forget(): void {
    this.dispatch({ kind: 'forget' })
  }

  /** What the hello of the next session is to ask for; null when it is not to ask for this room. */
  greeting(): RoomCursor | null {
    const { state } = this
    return state.kind === 'detached' ? { roomId: this.#deps.roomId, ...state.cursor } : null
  }

  /** A frame about this room. */
  take(frame: SubscriptionFrame): void {
    switch (frame.type) {
      case 'room.snapshot':
        this.dispatch({ kind: 'snapshot', snapshot: frame })
        return
      case 'message.event':
        this.dispatch({ kind: 'events', events: frame.events })
        return
      case 'room.live':
        this.dispatch({ kind: 'live', epoch: frame.epoch, seq: frame.seq, ref: frame.ref ?? null })
        return
      case 'room.detached':
        this.dispatch({ kind: 'detach', code: frame.code })
        return
      default:
        assertNever(frame)
    }
  }

  takeRefusal(refusal: Refusal, ref: string | null): void {
    this.dispatch({ kind: 'refuse', refusal, ref })
  }

  #perform(effect: SyncEffect): void {
    const { roomId, send } = this.#deps
    switch (effect.do) {
      case 'open':
        send({ type: 'room.open', ref: effect.ref, roomId, ...effect.cursor })
        return
      case 'close':
        send({ type: 'room.close', roomId })
        return
      case 'apply-snapshot':
        this.#deps.applySnapshot(effect.snapshot)
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
