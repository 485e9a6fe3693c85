import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Turns } from '../../src/inbox/turns.ts'
import { FakePlatform } from '../support/fake-platform.ts'

/** Reads of which this many run at a time. */
const AT_ONCE = 8

/** How long a read takes, in milliseconds, whether it fails, and how long after the one before it is asked for. */
const reads = fc.array(fc.record({ ms: fc.nat({ max: 20 }), isFailing: fc.boolean(), afterMs: fc.nat({ max: 3 }) }), {
  minLength: 10,
  maxLength: 80,
  size: 'max',
})

test('[inbox] each of however many reads has its turn, a few at a time, though others fail or take long', async () => {
  await fc.assert(
    fc.asyncProperty(reads, async plan => {
      const platform = new FakePlatform()
      const turns = new Turns(platform.scheduler)
      let [underWay, most] = [0, 0]
      const answers = plan.map(() => 'none')
      for (const [i, { ms, isFailing, afterMs }] of plan.entries()) {
        const answer = turns.run(async () => {
          most = Math.max(most, ++underWay)
          await new Promise<void>(resolve => void platform.scheduler.after(ms, resolve))
          underWay--
          if (isFailing) throw new Error('a fault of the test')
          return 'read'
        })
        void answer
          .catch(() => 'failed')
          .then(text => {
            answers[i] = text
          })
        await platform.advance(afterMs)
      }
      await platform.advance(5_000)
      expect(underWay).toBe(0)
      expect(most).toBeLessThanOrEqual(AT_ONCE)
      expect(answers).toEqual(plan.map(({ isFailing }) => (isFailing ? 'failed' : 'read')))
    }),
    { numRuns: 100 },
  )
})
