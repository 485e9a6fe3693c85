import type { Cursor, DetachCode, Refusal, RoomEvent, RoomSnapshot } from '@holdfast/protocol'
import type { Step } from '../step.ts'

/** Events that are missing: `after` is the last one applied, `before` the one that came instead of the next. */
export interface Hole {
  readonly after: number
  readonly before: number
}

/** A subscription that is being opened. Times are monotonic milliseconds. */
export interface Opening {
  /** The last event applied; null until the first snapshot. */
  readonly cursor: Cursor | null
  /** The `ref` of the `room.open` whose answer counts; null when the room was opened by the hello, which has none for each room. */
  readonly ref: string | null
  /** Start over when nothing more has come by then. */
  readonly dueAt: number
  /** How often it was started over without becoming live. */
  readonly tries: number
  readonly hole: Hole | null
}

/** Where one room's subscription is. Each variant carries only what it needs. */
export type SyncState =
  /** Nobody wants it. What was held stays, and the cursor with it. */
  | { readonly kind: 'closed'; readonly cursor: Cursor | null }
  /** Wanted, but there is no session. */
  | { readonly kind: 'detached'; readonly cursor: Cursor | null }
  /** Asked for; nothing of it has come. */
  | ({ readonly kind: 'joining' } & Opening)
  /** The snapshot, or the first missed event, has come. */
  | ({ readonly kind: 'catching-up' } & Opening)
  /** The server cannot open it now, or opening it has failed twice in a row: wait before the next try. */
  | {
      readonly kind: 'pausing'
      readonly cursor: Cursor | null
      readonly dueAt: number
      readonly tries: number
      readonly hole: Hole | null
    }
  /** `tries` before it became live, at `since`: a hole soon after goes on counting them. */
  | { readonly kind: 'live'; readonly cursor: Cursor; readonly tries: number; readonly since: number }
  /** The server does not let this person read it. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** It did, and has ended it. `cursor` is held only where the content may be. */
  | { readonly kind: 'removed'; readonly code: EndCode; readonly cursor: Cursor | null }

/** Why a subscription may end for good. */
export type EndCode = Exclude<DetachCode, 'lagging'>

/** What happens to a subscription. */
export type SyncEvent =
  | { readonly kind: 'open'; readonly isUp: boolean }
  | { readonly kind: 'release' }
  /** Something has changed about who may read it: try again if it was refused or ended. */
  | { readonly kind: 'rejoin'; readonly isUp: boolean }
  /** `greeted`: the hello of this session has asked for it. */
  | { readonly kind: 'up'; readonly greeted: boolean }
  | { readonly kind: 'down' }
  /** Nothing that was held may be kept: somebody else is here now. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'snapshot'; readonly snapshot: RoomSnapshot }
  | { readonly kind: 'events'; readonly events: readonly RoomEvent[] }
  | { readonly kind: 'live'; readonly epoch: string; readonly seq: number; readonly ref: string | null }
  | { readonly kind: 'refuse'; readonly refusal: Refusal; readonly ref: string | null }
  | { readonly kind: 'detach'; readonly code: DetachCode }
  /** The time that the state asked to be woken at has come. */
  | { readonly kind: 'tick' }

/** What the driver is to do. */
export type SyncEffect =
  | { readonly do: 'open'; readonly cursor: Cursor | null; readonly ref: string }
  | { readonly do: 'close' }
  /** It replaces what is held. */
  | { readonly do: 'apply-snapshot'; readonly snapshot: RoomSnapshot }
  /** They follow what is held without a gap. */
  | { readonly do: 'apply-events'; readonly events: readonly RoomEvent[] }
  /** What is held of the room may not be shown any more. */
  | { readonly do: 'drop-content' }

/** Time, chance and a fresh name, as inputs. */
export interface SyncInput {
  /** Monotonic milliseconds. */
  readonly now: number
  /** From 0 up to 1. */
  readonly fraction: number
  /** The `ref` of the next `room.open`, never used before. */
  readonly ref: string
}

/** One step of the machine. */
export type SyncStep = Step<SyncState, SyncEffect>
