/** The longest first wait; each further one doubles it (protocol.md §6). Milliseconds. */
export const BACK_OFF_FIRST_MS = 1_000
/** No wait is longer. Milliseconds. */
export const BACK_OFF_MOST_MS = 30_000

/**
 * How long to wait before trying again after `failures` (1 or more) failures in a row: full jitter, so that clients which
 * failed together do not come back together.
 *
 * @param fraction from 0 up to 1, the jitter
 */
export function backOff(failures: number, fraction: number): number {
  return fraction * Math.min(BACK_OFF_MOST_MS, BACK_OFF_FIRST_MS * 2 ** (failures - 1))
}
