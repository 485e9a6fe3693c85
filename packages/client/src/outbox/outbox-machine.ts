import { assertNever, isRetryable, type Refusal } from '@holdfast/protocol'
import { backOff } from '../back-off.ts'
import { go } from '../step.ts'
import {
  addEntry,
  changeEntry,
  claimEntries,
  findEntry,
  firstQueued,
  hasInFlight,
  markSent,
  removeEntry,
  restoreEntries,
  unsend,
} from './outbox-entries.ts'
import type {
  OutboxEffect,
  OutboxEntry,
  OutboxEvent,
  OutboxInput,
  OutboxOutcome,
  OutboxState,
  OutboxStep,
} from './outbox-state.ts'

/**
 * One room's outgoing messages, as a pure machine: (state, event, input) → state and effects. First in, first out; several
 * may be on their way at once, and no refusal lets a later one overtake. Nothing is given up by itself.
 *
 * ```
 *  idle ──up──→ flowing ──refused for now──→ blocked ──tick──→ probing
 *    ▲            ▲  ▲                        │  ▲                │
 *    │ down       │  └── first one discarded ─┘  └─ refused again ┤
 *   any           └──────────── answered, and nothing on its way ─┘
 *
 *  an entry:  storing ─→ queued ─→ sending ─→ acknowledged or seen in the log: gone
 *               ▲          ▲         ├─ refused for now, or the session ended ─→ queued
 *               └─ retry ─ failed ◄──┘  refused for good (those behind it go on)
 * ```
 *
 * After it has refused a message for now, the server refuses those sent behind it (`out_of_order`) until that one comes
 * again. So the refused one goes first and alone, and the others once all earlier answers are in: had one of those still been
 * on its way, a later message could get ahead of it.
 */

/** Messages of one room that may be on their way at once. */
export const MAX_IN_FLIGHT = 32
/** What has no answer after so long is sent again; the same clientId makes that harmless. Milliseconds. */
export const ANSWER_WAIT_MS = 15_000

/** The first state of every room. */
export const EMPTY: OutboxState = { kind: 'idle', entries: [] }

/** One step. What an event means nothing to gives the same state back. */
export function stepOutbox(state: OutboxState, event: OutboxEvent, input: OutboxInput): OutboxStep {
  switch (event.kind) {
    case 'add':
      return go({ ...state, entries: addEntry(state.entries, event.record) }, { do: 'store', record: event.record })
    case 'restore':
      return flow({ ...state, entries: restoreEntries(state.entries, event.records, headOf(state)) }, [], input)
    case 'stored':
      return stored(state, event.clientId, input)
    case 'up':
      return goUp(state, event.userId, input)
    case 'down':
      return goDown(state)
    case 'ack':
    case 'seen':
      return finish(state, event.clientId, { kind: event.kind, result: event.result }, input)
    case 'refuse':
      return refuse(state, event.clientId, event.refusal, input)
    case 'retry':
      return retry(state, event.clientId, event.order)
    case 'discard':
      return discard(state, event.clientId, input)
    case 'tick':
      return tick(state, input)
    default:
      return assertNever(event)
  }
}

/** Sends what may go out, where the state lets it. */
function flow(state: OutboxState, effects: readonly OutboxEffect[], input: OutboxInput): OutboxStep {
  if (state.kind !== 'flowing') return go(state, ...effects)
  const { entries, sent } = markSent(state.entries, MAX_IN_FLIGHT)
  const dueAt = hasInFlight(entries) ? input.now + ANSWER_WAIT_MS : null
  return go({ kind: 'flowing', entries, dueAt }, ...effects, ...sent.map(record => ({ do: 'send', record }) as const))
}

/** Goes on behind a refusal: at once, or once what is on its way is answered. */
function resume(entries: readonly OutboxEntry[], effects: readonly OutboxEffect[], input: OutboxInput): OutboxStep {
  if (!hasInFlight(entries)) return flow({ kind: 'flowing', entries, dueAt: null }, effects, input)
  return go({ kind: 'probing', entries, probe: null, failures: 0, dueAt: input.now + ANSWER_WAIT_MS }, ...effects)
}

/** An answer is in and its entry dealt with: what does that let out? */
function answered(
  state: OutboxState,
  clientId: string,
  entries: readonly OutboxEntry[],
  effects: readonly OutboxEffect[],
  input: OutboxInput,
): OutboxStep {
  const isProbed = state.kind === 'probing' && (state.probe === null || state.probe === clientId)
  if (isProbed) return resume(entries, effects, input)
  return flow({ ...state, entries }, effects, input)
}

function stored(state: OutboxState, clientId: string, input: OutboxInput): OutboxStep {
  if (findEntry(state.entries, clientId)?.phase !== 'storing') return go(state)
  return flow({ ...state, entries: changeEntry(state.entries, clientId, { phase: 'queued' }) }, [], input)
}

function goUp(state: OutboxState, userId: string, input: OutboxInput): OutboxStep {
  if (state.kind !== 'idle') return go(state)
  const { entries, adopted } = claimEntries(state.entries, userId)
  const effects = adopted.map(record => ({ do: 'store', record }) as const)
  return flow({ kind: 'flowing', entries, dueAt: null }, effects, input)
}

function goDown(state: OutboxState): OutboxStep {
  if (state.kind === 'idle') return go(state)
  const { entries, effects } = takeBack(state.entries)
  return go({ kind: 'idle', entries }, ...effects)
}

/** What was on its way waits again; what was given up meanwhile is dropped. */
function takeBack(entries: readonly OutboxEntry[]): {
  readonly entries: readonly OutboxEntry[]
  readonly effects: readonly OutboxEffect[]
} {
  return {
    entries: unsend(entries.filter(entry => !entry.isDiscarded)),
    effects: entries.filter(entry => entry.isDiscarded).flatMap(dropping),
  }
}

function finish(state: OutboxState, clientId: string, outcome: OutboxOutcome, input: OutboxInput): OutboxStep {
  const entry = findEntry(state.entries, clientId)
  if (entry === undefined) return go(state)
  const effects = ending(entry, outcome)
  // Refused in this session, since the last one had brought it into the log.
  if (headOf(state) === entry) return letGoOfHead(state, clientId, effects, input)
  return answered(state, clientId, removeEntry(state.entries, clientId), [...cancelling(entry), ...effects], input)
}

/** The one that the server waits for: it refuses all behind it until then. */
function headOf(state: OutboxState): OutboxEntry | undefined {
  return state.kind === 'blocked' ? firstQueued(state.entries) : undefined
}

/** The one that the server waits for will not come. */
function letGoOfHead(
  { entries }: OutboxState,
  clientId: string,
  effects: readonly OutboxEffect[],
  input: OutboxInput,
): OutboxStep {
  return resume(removeEntry(entries, clientId), [{ do: 'cancel', clientId }, ...effects], input)
}

function refuse(state: OutboxState, clientId: string, refusal: Refusal, input: OutboxInput): OutboxStep {
  const entry = findEntry(state.entries, clientId)
  // It was sent twice, and the first answer was for good: the second may still have the server wait for it.
  if (entry === undefined || entry.phase === 'failed' || entry.isDiscarded)
    return refuseUnwanted(state, clientId, refusal, input)
  if (entry.phase !== 'sending') return go(state)
  if (isRetryable(refusal.code)) return refuseForNow(state, clientId, refusal, input)
  const record = { ...entry.record, failure: refusal }
  const entries = changeEntry(state.entries, clientId, { record, phase: 'failed', refusal })
  const effects: readonly OutboxEffect[] = [
    { do: 'store', record },
    { do: 'settle', record, outcome: { kind: 'failed', refusal } },
  ]
  return answered(state, clientId, entries, effects, input)
}

function refuseForNow(state: OutboxState, clientId: string, refusal: Refusal, input: OutboxInput): OutboxStep {
  const entries = changeEntry(state.entries, clientId, { phase: 'queued', refusal })
  const isStraggler = state.kind === 'blocked' || (state.kind === 'probing' && state.probe !== clientId)
  if (isStraggler) return answered(state, clientId, entries, [], input)
  const failures = state.kind === 'probing' ? state.failures + 1 : 1
  const waitMs = refusal.retryAfterMs ?? backOff(failures, input.fraction)
  return go({ kind: 'blocked', entries, dueAt: input.now + waitMs, failures })
}

/** It was discarded, or the log has shown it meanwhile: what the server waits for is given up there too. */
function refuseUnwanted(state: OutboxState, clientId: string, refusal: Refusal, input: OutboxInput): OutboxStep {
  const entry = findEntry(state.entries, clientId)
  const blocks = isBlocking(refusal)
  const effects: readonly OutboxEffect[] = [
    ...(blocks ? [{ do: 'cancel', clientId } as const] : []),
    ...(entry?.isDiscarded ? dropping(entry) : []),
  ]
  const entries = entry?.isDiscarded ? removeEntry(state.entries, clientId) : state.entries
  // Those sent behind it are being refused: they go again only once they all are.
  if (blocks && state.kind === 'flowing') return resume(entries, effects, input)
  return answered(state, clientId, entries, effects, input)
}

/** Whether the server now refuses everything behind it until it comes again or is cancelled. */
function isBlocking(refusal: Refusal): boolean {
  return isRetryable(refusal.code) && refusal.code !== 'out_of_order'
}

function retry(state: OutboxState, clientId: string, order: number): OutboxStep {
  const entry = findEntry(state.entries, clientId)
  if (entry?.phase !== 'failed') return go(state)
  const record = { ...entry.record, order, failure: null }
  return go({ ...state, entries: addEntry(removeEntry(state.entries, clientId), record) }, { do: 'store', record })
}

function discard(state: OutboxState, clientId: string, input: OutboxInput): OutboxStep {
  const entry = findEntry(state.entries, clientId)
  if (entry === undefined) return go(state)
  if (entry.phase === 'sending') {
    return go({ ...state, entries: changeEntry(state.entries, clientId, { isDiscarded: true }) })
  }
  if (headOf(state) === entry) return letGoOfHead(state, clientId, dropping(entry), input)
  const effects = [...cancelling(entry), ...dropping(entry)]
  return flow({ ...state, entries: removeEntry(state.entries, clientId) }, effects, input)
}

/** What was refused while others before it had no answer yet may be what the server waits for, without being the first here. */
function cancelling({ record, phase, refusal }: OutboxEntry): readonly OutboxEffect[] {
  const isAwaited = phase === 'queued' && refusal !== null && isBlocking(refusal)
  return isAwaited ? [{ do: 'cancel', clientId: record.clientId }] : []
}

function dropping(entry: OutboxEntry): readonly OutboxEffect[] {
  return ending(entry, { kind: 'discarded' })
}

function ending({ record }: OutboxEntry, outcome: OutboxOutcome): readonly OutboxEffect[] {
  return [
    { do: 'forget', clientId: record.clientId },
    { do: 'settle', record, outcome },
  ]
}

function tick(state: OutboxState, input: OutboxInput): OutboxStep {
  switch (state.kind) {
    case 'idle':
      return go(state)
    case 'flowing': {
      const { entries, effects } = takeBack(state.entries)
      return flow({ ...state, entries }, effects, input)
    }
    case 'blocked':
      return probe(state.entries, [], state.failures, input)
    case 'probing': {
      const { entries, effects } = takeBack(state.entries)
      return probe(entries, effects, state.failures, input)
    }
    default:
      return assertNever(state)
  }
}

/** Sends the first one that waits, alone. */
function probe(
  entries: readonly OutboxEntry[],
  effects: readonly OutboxEffect[],
  failures: number,
  input: OutboxInput,
): OutboxStep {
  const first = firstQueued(entries)
  if (first === undefined) return resume(entries, effects, input)
  const { record } = first
  return go(
    {
      kind: 'probing',
      entries: changeEntry(entries, record.clientId, { phase: 'sending' }),
      probe: record.clientId,
      failures,
      dueAt: input.now + ANSWER_WAIT_MS,
    },
    ...effects,
    { do: 'send', record },
  )
}
