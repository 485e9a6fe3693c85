import { assertNever } from '@holdfast/protocol'
import { type Outcome, refused } from '../outcome.ts'
import { StoreFault } from './sync-store.ts'

/** Whether the store cannot write now, whatever it is asked to. */
export function isAway(fault: unknown): boolean {
  return fault instanceof StoreFault && fault.kind === 'away'
}

/**
 * What becomes of a command whose transaction failed.
 *
 * A command that the store cannot take will not be taken the next time either, so it is refused for good: `unavailable`
 * would have its sender try for ever, with everything behind it waiting. What is damaged may be mended from a backup, and
 * nobody knows what was there: it is `unavailable`.
 */
export function outcomeOf(fault: unknown): Outcome & { ok: false } {
  const kind = fault instanceof StoreFault ? fault.kind : 'work'
  switch (kind) {
    case 'away':
      return refuseUnavailable()
    case 'damaged':
      return refuseDamaged()
    case 'work-too-large':
      return refused('too_large', 'unable to store this; it is larger than the store takes')
    case 'work':
      return refused('bad_request', 'unable to store this; the store does not take it')
    default:
      return assertNever(kind)
  }
}

/** The store cannot write now. */
export function refuseUnavailable(): Outcome & { ok: false } {
  return refused('unavailable', 'unable to write; the store cannot commit now')
}

/** The command is about a row that is not what was written. */
export function refuseDamaged(): Outcome & { ok: false } {
  return refused('unavailable', 'unable to write; what this is about is damaged in the store')
}
