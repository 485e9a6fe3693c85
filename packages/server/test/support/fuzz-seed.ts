import { randomInt } from 'node:crypto'

/** What `npm test` draws from, every time: it is green or red for what was changed. */
const FIXED = 20_260_401

/**
 * What the fuzz tests draw from. `FUZZ_SEED=7` draws from another, as a failure names it; `FUZZ_SEED=any` from one that is new
 * each time, for runs that look for what no run has found yet.
 */
export const SEED = seedOf(process.env.FUZZ_SEED)

function seedOf(text: string | undefined): number {
  if (text === undefined) return FIXED
  if (text === 'any') return randomInt(2 ** 31)
  const seed = Number(text)
  if (!Number.isInteger(seed))
    throw new Error(`unable to draw from FUZZ_SEED=${text}; a whole number or "any" is needed`)
  return seed
}
