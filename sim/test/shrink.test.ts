import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { MUTANTS } from '../src/mutants.ts'
import { type Plan, planOf } from '../src/plan.ts'
import { leastOf } from '../src/shrink.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The least of a plan in which all these steps are needed, by when they are; and how many worlds it took to find. */
async function least(plan: Plan, needed: readonly number[]) {
  let asked = 0
  const { shape, steps } = await leastOf(plan, async smaller => {
    asked++
    const picks = smaller.steps.map(pickOf)
    return needed.every(pick => picks.includes(pick))
  })
  return { shape, picks: steps.map(pickOf), asked, endMs: steps.at(-1)?.at ?? 0 }
}

function pickOf(step: Plan['steps'][number]): number {
  return 'pick' in step ? step.pick : -1
}

/** So many steps of a plan that choose something, spread over all of it. */
function spread(plan: Plan, count: number): readonly number[] {
  const picks = plan.steps.map(pickOf).filter(pick => pick >= 0)
  return Array.from({ length: count }, (_, i) => picks[Math.floor(((i + 0.5) * picks.length) / count)] ?? -1)
}

test('of a plan is left what its failure needs: no other step, device, room, node or trouble', async () => {
  const plan = planOf('3')
  const culprit = plan.steps.find(step => step.kind === 'send' && step.device === 1)
  expect(culprit).toBeDefined()
  const { shape, picks, endMs } = await least(plan, culprit === undefined ? [] : [pickOf(culprit)])
  expect(picks).toHaveLength(1)
  expect([shape.devices.length, shape.rooms.length, shape.nodes]).toEqual([1, 1, 1])
  expect(shape).toMatchObject({ delayMs: 1, delta: 1_000, sendQueueBytes: 1_048_576 })
  expect(shape.lengthMs).toBeLessThan(endMs + 10_000)
})

test.each([2, 5, 10])(
  '%i steps that are needed together are left, in far fewer worlds than there are steps to leave out',
  async count => {
    const plan = planOf('5007')
    const needed = spread(plan, count)
    expect(new Set(needed).size).toBe(count)
    const { picks, asked } = await least(plan, needed)
    expect(picks).toEqual(needed)
    expect(asked).toBeLessThan(60 + 20 * count)
  },
)

test('however long a plan is, so many worlds are run and no more', async () => {
  const [first, ...more] = Array.from({ length: 30 }, (_, i) => planOf(String(i)))
  if (first === undefined) throw new Error('unable to shrink; there is no plan')
  const steps = [first, ...more].flatMap(plan => plan.steps).map((step, i) => ({ ...step, at: i }))
  let asked = 0
  await leastOf({ ...first, steps }, async () => asked++ % 2 === 0)
  expect(asked).toBeLessThanOrEqual(500)
})

test('a plan that nothing can be taken from is left as it is', async () => {
  const plan = planOf('5')
  expect(await leastOf(plan, async smaller => smaller === plan)).toEqual(plan)
})

test('a bug that takes several steps to show is told in a few: written, acknowledged, and gone with the power', () => {
  const seed = String(MUTANTS['normal-sync']?.foundAt)
  const options = ['--conditions=holdfast-source', MAIN, '--seed', seed, '--mutant', 'normal-sync', '--rule', 'DUR2']
  const { stdout } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  const kinds = [...stdout.matchAll(/^\{"at":\d+,"kind":"(\w+)"/gm)].map(([, kind]) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['send', 'powerLoss']))
  expect(kinds.length).toBeLessThanOrEqual(6)
})
