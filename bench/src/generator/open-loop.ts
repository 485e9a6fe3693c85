import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'

/** Timers are late by up to a millisecond; the last moments before something is due are spent looking. Milliseconds. */
const LOOK_MS = 1.5

/**
 * Calls `send` at fixed times for `ms`, whatever became of the calls before: a server that stalls is not given less to do, and what
 * waited meanwhile counts from when it was due (no coordinated omission). Times are `performance.now()`. Ends early once `isOver` says so.
 * With a `lookMs` of 0 the processor is left to others between the calls, which are then late by up to a millisecond or two.
 */
export async function openLoop(
  perSecond: number,
  ms: number,
  send: (dueAt: number) => void,
  isOver: () => boolean = () => false,
  lookMs: number = LOOK_MS,
): Promise<void> {
  const begun = performance.now()
  const total = Math.floor((ms * perSecond) / 1_000)
  for (let i = 0; i < total && !isOver(); i++) {
    const dueAt = begun + (i * 1_000) / perSecond
    const wait = dueAt - performance.now()
    if (wait > lookMs) await pause(wait - lookMs)
    while (performance.now() < dueAt) await turn()
    send(dueAt)
  }
}
