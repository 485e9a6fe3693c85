import {
  assertNever,
  type Cursor,
  type DetachCode,
  isRetryable,
  type Refusal,
  type RoomEvent,
  type RoomSnapshot,
} from '@holdfast/protocol'
import { backOff } from '../back-off.ts'
import { go, goAfter, type Step } from '../step.ts'
import type { Hole, Opening, SyncEffect, SyncEvent, SyncInput, SyncState, SyncStep } from './sync-state.ts'

/**
 * One room's subscription, as a pure machine: (state, event, input) → state and effects. It lets through only events that
 * follow the cursor without a gap, so that nothing is ever shown past a hole.
 *
 * ```
 *  closed ─open→ detached ─up→ joining ─snapshot · event→ catching-up ─room.live→ live
 *
 *  joining, catching-up ─ room.live at the cursor ──────────────────────────────→ live
 *                       ─ room.live elsewhere · silence · detached lagging ─────→ joining, from the cursor
 *                         (from the third time in a row on: pausing ─tick→ joining)
 *                       ─ refused for good → refused      for now → pausing
 *  live                 ─ a hole · detached lagging ────────────────────────────→ joining, from the cursor
 *                         (a hole soon after the last: counted on, so that it comes to pausing too)
 *  any of these four    ─ detached for another reason → removed      down → detached
 *  refused, removed     ─ rejoin → joining
 *  any                  ─ release → closed
 * ```
 *
 * While a subscription is being opened, a hole is no reason to start over: it may be the tail of the old subscription. Events
 * behind it are dropped, and `room.live` tells, by its seq, whether something is missing; then, once, it is opened again.
 */

/** How long opening may bring nothing before it is started over. Milliseconds. */
export const OPEN_WAIT_MS = 15_000
/** Start over at once this often; from then on wait in between. */
export const EAGER_TRIES = 2

/** The first state of every room. */
export const CLOSED: SyncState = { kind: 'closed', cursor: null }

/** One step. What an event means nothing to gives the same state back. */
export function stepSync(state: SyncState, event: SyncEvent, input: SyncInput): SyncStep {
  switch (event.kind) {
    case 'open':
      return state.kind === 'closed' ? begin(state.cursor, event.isUp, input) : go(state)
    case 'release':
      return release(state)
    case 'rejoin':
      return rejoin(state, event.isUp, input)
    case 'up':
      return whenUp(state, event.greeted, input)
    case 'down':
      return isSubscribed(state) ? go({ kind: 'detached', cursor: state.cursor }) : go(state)
    case 'forget':
      return go(state.kind === 'closed' ? CLOSED : { kind: 'detached', cursor: null }, { do: 'drop-content' })
    case 'snapshot':
      return takeSnapshot(state, event.snapshot, input)
    case 'events':
      return takeEvents(state, event.events, input)
    case 'live':
      return becomeLive(state, event, input)
    case 'refuse':
      return refuse(state, event.refusal, event.ref, input)
    case 'detach':
      return detach(state, event.code, input)
    case 'tick':
      return tick(state, input)
    default:
      return assertNever(event)
  }
}

type Subscribed = Extract<SyncState, { kind: 'joining' | 'catching-up' | 'pausing' | 'live' }>

function isSubscribed(state: SyncState): state is Subscribed {
  return 'tries' in state
}

function isOpening(state: SyncState): state is Extract<SyncState, Opening> {
  return 'ref' in state
}

function begin(cursor: Cursor | null, isUp: boolean, input: SyncInput): SyncStep {
  return isUp ? openNow(cursor, 0, null, input) : go({ kind: 'detached', cursor })
}

function openNow(
  cursor: Cursor | null,
  tries: number,
  hole: Hole | null,
  input: SyncInput,
): Step<Opening & { readonly kind: 'joining' }, SyncEffect> {
  const { ref } = input
  const opening: Opening = { cursor, ref, dueAt: input.now + OPEN_WAIT_MS, tries, hole }
  return go({ kind: 'joining', ...opening }, { do: 'open', cursor, ref })
}

/** Starts over from `cursor`: at once the first times, then with growing waits, so that no fault makes it spin. */
function openAgain(cursor: Cursor | null, tries: number, hole: Hole | null, input: SyncInput): SyncStep {
  if (tries <= EAGER_TRIES) return openNow(cursor, tries, hole, input)
  return pause(cursor, tries, hole, backOff(tries - EAGER_TRIES, input.fraction), input)
}

function pause(cursor: Cursor | null, tries: number, hole: Hole | null, waitMs: number, input: SyncInput): SyncStep {
  return go({ kind: 'pausing', cursor, dueAt: input.now + waitMs, tries, hole })
}

function release(state: SyncState): SyncStep {
  if (state.kind === 'closed') return go(state)
  if (state.kind === 'refused') return go(CLOSED)
  const closed = { kind: 'closed', cursor: state.cursor } as const
  return isSubscribed(state) ? go(closed, { do: 'close' }) : go(closed)
}

function rejoin(state: SyncState, isUp: boolean, input: SyncInput): SyncStep {
  if (state.kind === 'removed') return begin(state.cursor, isUp, input)
  return state.kind === 'refused' ? begin(null, isUp, input) : go(state)
}

function whenUp(state: SyncState, greeted: boolean, input: SyncInput): SyncStep {
  if (state.kind === 'closed') return { state, effects: greeted ? [{ do: 'close' }] : [] }
  if (state.kind !== 'detached') return go(state)
  const step = openNow(state.cursor, 0, null, input)
  // The hello has asked for it already, and has no ref for each room.
  return greeted ? go({ ...step.state, ref: null }) : step
}

function takeSnapshot(state: SyncState, snapshot: RoomSnapshot, input: SyncInput): SyncStep {
  if (!isOpening(state)) return go(state)
  // The answer may well lie behind what was held (a log that was restored), but what has caught up does not go back.
  const { epoch, seq } = snapshot
  if (state.kind === 'catching-up' && state.cursor?.epoch === epoch && seq < state.cursor.seq) return go(state)
  const dueAt = input.now + OPEN_WAIT_MS
  return go(
    { ...state, kind: 'catching-up', cursor: { epoch, seq }, dueAt, hole: null },
    { do: 'apply-snapshot', snapshot },
  )
}

function takeEvents(state: SyncState, events: readonly RoomEvent[], input: SyncInput): SyncStep {
  if (!isOpening(state) && state.kind !== 'live') return go(state)
  if (state.cursor === null) return go(state)
  const { next, hole } = follow(state.cursor, events)
  const last = next.at(-1)
  const cursor = last === undefined ? state.cursor : { epoch: state.cursor.epoch, seq: last.seq }
  const effects: readonly SyncEffect[] = last === undefined ? [] : [{ do: 'apply-events', events: next }]
  if (state.kind === 'live') {
    if (hole === null) return last === undefined ? go(state) : go({ ...state, cursor }, ...effects)
    const tries = input.now - state.since < OPEN_WAIT_MS ? state.tries + 1 : 0
    return goAfter(effects, openAgain(cursor, tries, hole, input))
  }
  if (last === undefined) return go(hole === null ? state : { ...state, hole: state.hole ?? hole }, ...effects)
  const dueAt = input.now + OPEN_WAIT_MS
  return go({ ...state, kind: 'catching-up', cursor, dueAt, hole: hole ?? openHole(state.hole, cursor) }, ...effects)
}

/** What of `events` comes next after `cursor` without a gap, and the gap that ended it. What is known already is left out. */
function follow(cursor: Cursor, events: readonly RoomEvent[]): { next: readonly RoomEvent[]; hole: Hole | null } {
  const next: RoomEvent[] = []
  let { seq } = cursor
  for (const event of events) {
    if (event.seq <= seq) continue
    if (event.seq !== seq + 1) return { next, hole: { after: seq, before: event.seq } }
    next.push(event)
    seq = event.seq
  }
  return { next, hole: null }
}

/** The hole as far as it is still open once everything up to `cursor` has come. */
function openHole(hole: Hole | null, cursor: Cursor): Hole | null {
  return hole === null || cursor.seq >= hole.before - 1 ? null : { after: cursor.seq, before: hole.before }
}

function becomeLive(
  state: SyncState,
  live: { readonly epoch: string; readonly seq: number; readonly ref: string | null },
  input: SyncInput,
): SyncStep {
  if (!isOpening(state)) return go(state)
  if (state.ref !== null && live.ref !== state.ref) return go(state)
  const { cursor, tries } = state
  if (cursor === null || cursor.epoch !== live.epoch) return openAgain(null, tries + 1, state.hole, input)
  if (cursor.seq === live.seq) return go({ kind: 'live', cursor, tries, since: input.now })
  // Behind it: something is missing. Ahead of it: the log has lost what is held, and only a snapshot can tell what is left.
  return openAgain(cursor.seq < live.seq ? cursor : null, tries + 1, state.hole, input)
}

function refuse(state: SyncState, refusal: Refusal, ref: string | null, input: SyncInput): SyncStep {
  if (!isOpening(state)) return go(state)
  if (ref !== state.ref) return go(state)
  if (!isRetryable(refusal.code)) {
    return go({ kind: 'refused', refusal }, { do: 'drop-content' })
  }
  const { cursor, hole } = state
  const tries = state.tries + 1
  const waitMs = (refusal.retryAfterMs ?? 0) + backOff(tries, input.fraction)
  return pause(cursor, tries, hole, waitMs, input)
}

function detach(state: SyncState, code: DetachCode, input: SyncInput): SyncStep {
  if (!isSubscribed(state)) return go(state)
  switch (code) {
    case 'lagging':
      if (state.kind === 'pausing') return go(state)
      if (state.kind === 'live') return openNow(state.cursor, 0, null, input)
      return openAgain(state.cursor, state.tries + 1, state.hole, input)
    case 'left':
      return go({ kind: 'removed', code, cursor: state.cursor })
    case 'kicked':
    case 'banned':
    case 'deleted':
    case 'forbidden':
      return go({ kind: 'removed', code, cursor: null }, { do: 'drop-content' })
    default:
      return assertNever(code)
  }
}

function tick(state: SyncState, input: SyncInput): SyncStep {
  switch (state.kind) {
    case 'joining':
    case 'catching-up':
      return openAgain(state.cursor, state.tries + 1, state.hole, input)
    case 'pausing':
      return openNow(state.cursor, state.tries, state.hole, input)
    default:
      return go(state)
  }
}
