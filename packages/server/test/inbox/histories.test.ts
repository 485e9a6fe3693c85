import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FakePlatform } from '../support/fake-platform.ts'
import type { Latency } from './histories.ts'
import { expectAllRight, History, latenciesArbitrary, slowed, stepsArbitrary } from './histories.ts'
import { InboxWorld, type InboxWorldOptions } from './inbox-world.ts'
import { isMemberAt, naiveLine } from './naive-line.ts'

/** Each line that a session gets is right as of its own seq, and of a room that the person was in then and is told in time. */
const checked: Pick<InboxWorldOptions, 'onLine'> = {
  onLine(world, userId, entry) {
    const events = world.events.get(entry.roomId) ?? []
    expect(entry).toEqual(naiveLine(events, userId, entry))
    expect(isMemberAt(events, userId, entry.seq), `${userId} was in the room as of what they are told`).toBe(true)
  },
}

function worldOf(latencies: readonly Latency[]): InboxWorld {
  const watch = (log: InboxWorld['log'], platform: FakePlatform) => slowed(log, platform, latencies)
  return new InboxWorld({ ...checked, watch })
}

test('[inbox] in random histories each line is right when it is told, and in the end each session has what the log has', async () => {
  let frames = 0
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, latenciesArbitrary, async (steps, latencies) => {
      const world = worldOf(latencies)
      const history = new History(world)
      await history.play(steps)
      await history.settle(30_000)
      await expectAllRight(history)
      for (const reader of history.readers) {
        expect(reader.leastPauseMs).toBeGreaterThanOrEqual(1_000)
        frames += reader.told.length
      }
      expect(await world.metric('unread_differences_total')).toBe(0)
      await world.close()
    }),
    { numRuns: 60 },
  )
  expect(frames).toBeGreaterThan(100)
}, 60_000)
