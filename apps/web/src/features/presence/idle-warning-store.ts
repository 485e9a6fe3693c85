import { isVisible } from '../../platform/browser.ts'

/** How long before somebody is seen as away they are asked whether they are there, in milliseconds. */
export const IDLE_WARNING_MS = 60_000

const listeners = new Set<() => void>()
let isDue = false

/** Calls `listener` whenever the warning begins or ends to be due; the answer ends it. */
export function onIdleWarning(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether somebody who is seen as online is about to be seen as away. */
export function isIdleWarningDue(): boolean {
  return isDue
}

/** Says whether it is due. */
export function setIdleWarning(due: boolean): void {
  isDue = due
  for (const listener of listeners) listener()
}

/**
 * Asks whether somebody is there, if they could see the question: it is no use in a page that is not in sight. With false the
 * question goes: they were there, perhaps in another window, or are away by now.
 */
export function warnOfIdling(isWarned = true): void {
  setIdleWarning(isWarned && isVisible())
}
