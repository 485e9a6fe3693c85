import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FakePlatform } from '../support/fake-platform.ts'
import { type Fate, FaultyBus } from '../support/faulty-bus.ts'
import {
  CHECKED,
  expectAllRight,
  expectPaced,
  History,
  type Latency,
  latenciesArbitrary,
  slowed,
  stepsArbitrary,
} from './histories.ts'
import { InboxWorld, type InboxWorldOptions } from './inbox-world.ts'
import { LaggingBus } from './lagging-bus.ts'

function watching(latencies: readonly Latency[]): InboxWorldOptions {
  return { ...CHECKED, watch: (log, platform) => slowed(log, platform, latencies) }
}

/** How long after its commit a message of the bus comes, in milliseconds; null: with it. */
const lags = fc.constantFrom(null, null, 1, 30, 300)

test('[inbox] in random histories each line is right when it is told, and in the end each session has what the log has', async () => {
  let frames = 0
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, latenciesArbitrary, lags, async (steps, latencies, lag) => {
      const bus = ({ scheduler }: FakePlatform) => new LaggingBus(scheduler, lag ?? 0)
      const world = new InboxWorld({ ...watching(latencies), ...(lag !== null && { bus, startsWithCursor: true }) })
      const history = new History(world)
      await history.play(steps)
      await history.settle(30_000)
      await expectAllRight(history)
      frames += await expectPaced(history)
      await world.close()
    }),
    { numRuns: 150 },
  )
  expect(frames, 'the histories were not of silence alone').toBeGreaterThan(100)
}, 60_000)

const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Fate>([0]) },
    { weight: 1, arbitrary: fc.constantFrom<Fate>([], [3], [20], [0, 0], [0, 7], [40, 2], [1_500]) },
  ),
  { minLength: 10, maxLength: 120, size: 'max' },
)

test('[inbox] over a bus that loses, repeats and reorders too, once the inbox was compared with the log', async () => {
  let faults = 0
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, latenciesArbitrary, fates, async (steps, latencies, fate) => {
      let bus: FaultyBus | null = null
      const options = watching(latencies)
      const world = new InboxWorld({ ...options, bus: ({ scheduler }) => (bus = new FaultyBus(scheduler, fate)) })
      const history = new History(world)
      await history.play(steps)
      await history.settle(60_000)
      await expectAllRight(history)
      await expectPaced(history)
      faults += (bus as FaultyBus | null)?.faults ?? 0
      await world.close()
    }),
    { numRuns: 150 },
  )
  expect(faults, 'the bus had faults').toBeGreaterThan(100)
}, 60_000)
