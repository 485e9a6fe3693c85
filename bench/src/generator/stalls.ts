import { readFileSync } from 'node:fs'

/** The environment variable that names the file to which a watched server writes its stalls. */
export const STALLS_FILE = 'BENCH_STALLS_FILE'
/** How often a watched server looks whether it is late. Milliseconds. */
export const TICK_MS = 5

/** How long a server's loop served nobody. */
export interface Stall {
  /** When it ended, as `Date.now()` says. */
  readonly at: number
  readonly ms: number
}

/** The stalls that a watched server wrote down. */
export function stallsIn(file: string): readonly Stall[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap(line => {
    const [at, ms] = line.split(' ').map(Number)
    return at === undefined || ms === undefined ? [] : [{ at, ms }]
  })
}

/** The longest stall that ended between these two times, in milliseconds; 0 where there was none. */
export function longestStall(stalls: readonly Stall[], from: number, to: number): number {
  return Math.max(0, ...stalls.filter(({ at }) => at >= from && at <= to).map(({ ms }) => ms))
}
