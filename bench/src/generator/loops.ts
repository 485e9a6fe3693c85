import { readFileSync } from 'node:fs'

/** The environment variable that names the file to which a watched server writes what its loops do. */
export const LOOPS_FILE = 'BENCH_LOOPS_FILE'
/** How often a watched server looks whether it is late. Milliseconds. */
export const TICK_MS = 5
/** How often each thread of it writes down how long its loop has had something to do. Milliseconds. */
export const USE_EVERY_MS = 100

/** How long a server's loop served nobody. */
export interface Stall {
  /** When it ended, as `Date.now()` says. */
  readonly at: number
  readonly ms: number
}

/** How long a thread's loop has had something to do since it began: waiting for the disk counts, waiting for something to do does not. */
interface LoopUse {
  /** As `Date.now()` says. */
  readonly at: number
  /** As Node numbers threads: the main one has 0. */
  readonly thread: number
  readonly activeMs: number
}

/** What a watched server wrote down. */
export interface LoopNotes {
  readonly stalls: readonly Stall[]
  readonly uses: readonly LoopUse[]
}

/** A line for each of these. */
export function stallLine({ at, ms }: Stall): string {
  return `stall ${at} ${ms.toFixed(1)}\n`
}

export function useLine({ at, thread, activeMs }: LoopUse): string {
  return `use ${at} ${thread} ${activeMs.toFixed(1)}\n`
}

export function loopNotes(file: string): LoopNotes {
  const lines = readFileSync(file, 'utf8').split('\n')
  const stalls: Stall[] = []
  const uses: LoopUse[] = []
  for (const line of lines) {
    const [kind, ...numbers] = line.split(' ')
    const [at = Number.NaN, second = Number.NaN, third = Number.NaN] = numbers.map(Number)
    if (kind === 'stall') stalls.push({ at, ms: second })
    else if (kind === 'use') uses.push({ at, thread: second, activeMs: third })
  }
  return { stalls, uses }
}

/** The longest stall that ended between these two times, in milliseconds; 0 where there was none. */
export function longestStall(stalls: readonly Stall[], from: number, to: number): number {
  return Math.max(0, ...stalls.filter(({ at }) => at >= from && at <= to).map(({ ms }) => ms))
}

/** Which part of this time each thread's loop had something to do, by the thread's number. A thread that wrote fewer than two notes then is left out. */
export function loopShares(uses: readonly LoopUse[], from: number, to: number): ReadonlyMap<number, number> {
  const during = Map.groupBy(
    uses.filter(({ at }) => at >= from && at <= to),
    ({ thread }) => thread,
  )
  return new Map(
    [...during].flatMap(([thread, notes]) => {
      const [first, last] = [notes[0], notes.at(-1)]
      if (first === undefined || last === undefined || first === last) return []
      return [[thread, (last.activeMs - first.activeMs) / (last.at - first.at)] as const]
    }),
  )
}
