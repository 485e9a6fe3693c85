import { expect, test } from 'vitest'
import { Coverage } from '../src/coverage.ts'
import { planOf } from '../src/plan.ts'
import { run } from '../src/run.ts'
import { ENOUGH_SEEDS, missingOf } from '../src/sometimes.ts'

/** The first of them. More are run at night: `npm run sim -- --minutes 60`. */
const FROM = 5_000
/** So many are run where something is missing still: what happens in one world of a hundred is in none of so few now and then. */
const MOST_SEEDS = 2 * ENOUGH_SEEDS
/** Of what is written, so much may be refused for good: people who may do nothing show nothing. */
const MOST_REFUSED = 0.2
/** Every so many-th is run once more, and has to be the same to the last word. */
const TWICE_EVERY = 25

test(`in ${ENOUGH_SEEDS} worlds, each with its own mix of faults, no rule is broken, and everything that matters happens`, async () => {
  const coverage = new Coverage()
  const broken: unknown[] = []
  for (
    let seed = FROM;
    seed < FROM + ENOUGH_SEEDS || (seed < FROM + MOST_SEEDS && missingOf(coverage).length > 0);
    seed++
  ) {
    const result = await run(planOf(String(seed)))
    coverage.add(result.coverage)
    if (result.violations.length > 0) broken.push([seed, result.violations[0]])
    if (seed % TWICE_EVERY > 0) continue
    const again = await run(planOf(String(seed)))
    if (again.hash !== result.hash) broken.push([seed, 'another world when it is run again'])
  }
  expect(broken).toEqual([])
  expect(missingOf(coverage)).toEqual([])
  const [taken, refused] = ['taken', 'refused for good'].map(what => coverage.count(`message ${what}`))
  expect(Number(refused)).toBeLessThan((Number(taken) + Number(refused)) * MOST_REFUSED)
})
