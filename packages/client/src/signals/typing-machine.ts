import { assertNever } from '@holdfast/protocol'
import { go, type Step } from '../step.ts'

/**
 * Telling one room that I type, as a pure machine. Times are monotonic milliseconds.
 *
 * ```
 *  quiet ─key→ typing: told at once, or as soon as the last telling is START_EVERY_MS ago
 *  typing ─key→ typing: told again when the last telling is that old
 *         ─STOP_AFTER_MS without a key · stop→ quiet: told, if the others think that I type
 * ```
 */

/** `typing.start` is told at most this often (protocol.md §4). Milliseconds. */
export const START_EVERY_MS = 2_000
/** So long without a key, and typing has stopped (protocol.md §4). Milliseconds. */
export const STOP_AFTER_MS = 3_000

/** `toldAt`: when the others were told last that I type; before that: never. */
export type TypingState =
  | { readonly kind: 'quiet'; readonly toldAt: number }
  /** `isTold`: the others think that I type. */
  | { readonly kind: 'typing'; readonly toldAt: number; readonly keyAt: number; readonly isTold: boolean }

export type TypingEvent = { readonly kind: 'key' | 'stop' | 'tick' }
export type TypingEffect = { readonly do: 'start' | 'stop' }

export const QUIET: TypingState = { kind: 'quiet', toldAt: Number.NEGATIVE_INFINITY }

/** One step. What an event means nothing to gives the same state back. */
export function stepTyping(
  state: TypingState,
  event: TypingEvent,
  { now }: { readonly now: number },
): Step<TypingState, TypingEffect> {
  switch (event.kind) {
    case 'key': {
      const isTold = state.kind === 'typing' && state.isTold
      return tell({ kind: 'typing', toldAt: state.toldAt, keyAt: now, isTold }, now)
    }
    case 'stop':
      return state.kind === 'typing' ? quieten(state) : go(state)
    case 'tick':
      if (state.kind === 'quiet') return go(state)
      return now - state.keyAt >= STOP_AFTER_MS ? quieten(state) : tell(state, now)
    default:
      return assertNever(event.kind)
  }
}

/** When the machine wants a tick at the latest; null when it waits for nothing. */
export function wakeTypingAt(state: TypingState): number | null {
  if (state.kind === 'quiet') return null
  const stopAt = state.keyAt + STOP_AFTER_MS
  return isNews(state) ? Math.min(stopAt, state.toldAt + START_EVERY_MS) : stopAt
}

type Typing = Extract<TypingState, { kind: 'typing' }>

/** A key fell that the others have not been told of. */
function isNews({ isTold, keyAt, toldAt }: Typing): boolean {
  return !isTold || keyAt > toldAt
}

function tell(state: Typing, now: number): Step<TypingState, TypingEffect> {
  if (!isNews(state) || now - state.toldAt < START_EVERY_MS) return go(state)
  return go({ ...state, toldAt: now, isTold: true }, { do: 'start' })
}

function quieten({ toldAt, isTold }: Typing): Step<TypingState, TypingEffect> {
  const quiet: TypingState = { kind: 'quiet', toldAt }
  return isTold ? go(quiet, { do: 'stop' }) : go(quiet)
}
