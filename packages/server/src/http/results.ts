import type { Room } from '@holdfast/protocol'
import type { Outcome } from '../log/outcome.ts'
import type { Answer } from '../log/room-log.ts'
import { RequestRefused } from './problem.ts'

/** What the log told; a refusal ends the request. */
export function answered<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new RequestRefused(answer.refusal)
  return answer.value
}

/** A command that was done; a refusal ends the request. */
export function doneOf(outcome: Outcome): Outcome & { ok: true } {
  if (!outcome.ok) throw new RequestRefused(outcome.refusal)
  return outcome
}

/** The room that a command made or changed, and whether it was there before. */
export function roomOf(outcome: Outcome): { readonly room: Room; readonly existed: boolean } {
  const { detail } = doneOf(outcome)
  if (detail.kind !== 'room') throw new Error(`unable to answer with a room; the log told ${detail.kind}`)
  return detail
}
