import { randomInt } from 'node:crypto'
import { MUTANTS } from './mutants.ts'
import { RULES } from './rules.ts'

/** Seeds that are run when nobody says how many. */
const SEEDS = 100
/** The same where a planted bug is looked for: more than any of them takes. */
const MUTANT_SEEDS = 300
/** First seeds that are drawn are below it: short enough to be told. */
const DRAWN_BELOW = 1_000_000_000

/** What was asked for, as it was written. */
export interface Asked {
  readonly seeds?: string | undefined
  readonly from?: string | undefined
  readonly minutes?: string | undefined
  readonly mutant?: string | undefined
  readonly mutants: boolean
  readonly first: boolean
  readonly rule?: string | undefined
}

/** Which seeds to run, and until when. */
export interface SwarmOptions {
  readonly from: number
  readonly count: number
  /** Instead of `count`: as many as fit into this time. */
  readonly minutes: number | null
  /** The one rule that is looked for: no breach of another is told. Null: all are. */
  readonly rule: string | null
  /** Stop at the first seed that breaks what is looked for. */
  readonly isFirst: boolean
  /** The bug that is planted; null: none. */
  readonly mutant: string | null
}

/**
 * What to run. Seeds begin at 1 when they are counted; when there is time for as many as fit, at one that is drawn, so that no two nights
 * run the same. Where one rule is looked for, that of a planted bug unless another is named, they end where it is broken.
 *
 * @throws Error when something that takes a number was given something else, or the rule is none that worlds are held against.
 */
export function optionsOf({ seeds, from, minutes, mutant, mutants, first, rule }: Asked): SwarmOptions {
  if (rule !== undefined && !RULES.includes(rule))
    throw new Error(`unable to look for --rule ${rule}; known are ${RULES.join(', ')}`)
  const enough = mutants || mutant !== undefined ? MUTANT_SEEDS : SEEDS
  const sought = rule ?? (mutant === undefined ? undefined : MUTANTS[mutant]?.rule)
  return {
    count: seeds === undefined ? enough : wholeOf('--seeds', seeds, 1),
    from: from === undefined ? (minutes === undefined ? 1 : randomInt(DRAWN_BELOW)) : wholeOf('--from', from, 0),
    minutes: minutes === undefined ? null : minutesOf(minutes),
    rule: sought ?? null,
    isFirst: first || sought !== undefined,
    mutant: mutant ?? null,
  }
}

function wholeOf(name: string, text: string, least: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number
  throw new Error(`unable to run with ${name} ${text}; it takes a whole number from ${least} on`)
}

function minutesOf(text: string): number {
  const minutes = Number(text)
  if (/^\d*\.?\d+$/.test(text) && minutes > 0) return minutes
  throw new Error(`unable to run for --minutes ${text}; it takes a number above 0`)
}
