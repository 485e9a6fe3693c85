import type { Clock } from '../platform/clock.ts'

/**
 * When something happened, by both clocks: the monotonic one stands still while some machines sleep, and the wall clock may
 * be set. Whichever says that more time has passed is believed: what is told here ends too early rather than too late.
 */
export interface Moment {
  readonly mono: number
  readonly wall: number
}

/** The moment of now. */
export function momentOf(clock: Clock): Moment {
  return { mono: clock.monoMs(), wall: clock.wallMs() }
}

/** Milliseconds from `moment` to `now`. */
export function passed(moment: Moment, now: Moment): number {
  return Math.max(now.mono - moment.mono, now.wall - moment.wall)
}
