import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EphemeralRooms } from '../../src/log/ephemeral.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { openSqliteLog } from '../../src/log/sqlite/sqlite-log.ts'
import { newFolder } from '../log/folders.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { CHECKED, expectAllRight, expectPaced, History, stepsArbitrary } from './histories.ts'
import { InboxWorld } from './inbox-world.ts'

/** A log in SQLite, with ephemeral rooms in memory beside it, as a server has it. */
async function stored(platform: FakePlatform): Promise<{ log: RoomLog; remove(): void }> {
  const folder = newFolder()
  const durable = await openSqliteLog({ dataDir: folder.path, platform })
  return { log: new EphemeralRooms({ durable, memory: createMemoryLog({ platform }) }), remove: () => folder.remove() }
}

test('[inbox] random histories come out right on the stores of a server as well', async () => {
  let frames = 0
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, async steps => {
      const platform = new FakePlatform()
      const { log, remove } = await stored(platform)
      const world = new InboxWorld({ ...CHECKED, platform, log: () => log })
      const history = new History(world, true)
      await history.play(steps)
      await history.settle(30_000)
      await expectAllRight(history)
      frames += await expectPaced(history)
      await world.close()
      remove()
    }),
    { numRuns: 25 },
  )
  expect(frames).toBeGreaterThan(20)
}, 60_000)
