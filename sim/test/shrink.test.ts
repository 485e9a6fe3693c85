import { expect, test } from 'vitest'
import { planOf } from '../src/plan.ts'
import { leastOf } from '../src/shrink.ts'

test('of a plan is left what its failure needs: no other step, device, room, node or trouble', async () => {
  const plan = planOf('3')
  const culprit = plan.steps.find(step => step.kind === 'send' && step.device === 1)
  expect(culprit).toBeDefined()
  const { at } = culprit ?? { at: 0 }
  const least = await leastOf(plan, async ({ steps }) => steps.some(step => step.at === at))
  expect(least.steps.map(step => step.at)).toEqual([at])
  expect([least.shape.devices.length, least.shape.rooms.length, least.shape.nodes]).toEqual([1, 1, 1])
  expect(least.shape).toMatchObject({ delayMs: 1, delta: 1_000, sendQueueBytes: 1_048_576 })
  expect(least.shape.lengthMs).toBeLessThan(at + 10_000)
})

test('two steps that are needed together are both left', async () => {
  const plan = planOf('4')
  const needed = [plan.steps[10]?.at, plan.steps[200]?.at]
  const least = await leastOf(plan, async ({ steps }) => needed.every(at => steps.some(step => step.at === at)))
  expect(least.steps.map(step => step.at)).toEqual(needed)
})

test('a plan that nothing can be taken from is left as it is', async () => {
  const plan = planOf('5')
  expect(await leastOf(plan, async smaller => smaller === plan)).toEqual(plan)
})
