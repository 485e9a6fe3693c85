import { expect, test } from 'vitest'
import { Coverage } from '../src/coverage.ts'
import { planOf } from '../src/plan.ts'
import { run } from '../src/run.ts'

/** More are run at night: `npm run sim -- --minutes 60`. */
const SEEDS = 300
/** The first of them. */
const FROM = 5_000

/** What must have happened in at least one of the worlds, or they show less than they seem to. */
const SOMETIMES = [
  'send that was there already',
  'clientId used for another message',
  'commit refused by the store',
  'commit lost with its node',
  'commit that its node never heard of',
  'request that arrived twice',
  'answer lost',
  'killNode',
  'stopNode',
  'sleepNode',
  'nodeClock',
  'reset',
  'freeze',
  'cut',
  'slowLine',
  'reload',
  'sleep',
  'storageFull',
  'busBad',
  'dropAll',
  'opened from tail',
  'opened from log',
  'opened from snapshot',
  'detached lagging',
  'detached kicked',
  'detached banned',
  'refused out_of_order',
  'refused rate_limited',
  'refused muted',
  'refused unavailable',
]

test(`in ${SEEDS} worlds, each with its own mix of faults, no rule is broken, and everything that matters happens`, async () => {
  const coverage = new Coverage()
  const broken: unknown[] = []
  for (let seed = FROM; seed < FROM + SEEDS; seed++) {
    const result = await run(planOf(String(seed)))
    coverage.add(result.coverage)
    if (result.violations.length > 0) broken.push([seed, result.violations[0]])
  }
  expect(broken).toEqual([])
  expect(SOMETIMES.filter(what => coverage.count(what) === 0)).toEqual([])
})
