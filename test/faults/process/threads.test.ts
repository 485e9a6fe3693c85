import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'
import type { FailpointName } from '../support/planted.ts'

/** At which passing of its failpoint a thread dies, one after the other. Fewer deaths than end the server. */
const DEATHS = [1, 4, 9]
/** So many deaths within a minute are no accident: the server ends. */
const MOST_DEATHS = 5
const OPERATIONS = 60
/** The same where there are as many rounds as it takes: the whole log is read in one piece in the end. */
const FEW_OPERATIONS = 10
/** How long it may take until a thread has died, the one in place of the last one being started meanwhile. */
const DEAD_WITHIN_MS = 90_000

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

/** Two threads serve people who write in two rooms, and one of them is to die. */
async function start(failpoint: FailpointName) {
  const env = { HOLDFAST_LOG_LEVEL: 'silent' }
  world = await FaultWorld.start({ seed: `thread ${failpoint}`, failpoint, workers: 2, env, members: ['bob', 'cyd'] })
  const people = await world.people('ann.1', 'ann.2', 'bob.1', 'bob.2', 'cyd.1', 'cyd.2')
  return { world, server: world.server, people }
}

describe('a thread that serves clients dies while they write:', () => {
  test.each(['before-ack', 'after-ack'] as const)(
    '[DUR2] [LOG1] [READ4] %s: another takes its place, and all show the same, once, in order',
    async failpoint => {
      const { world, server, people } = await start(failpoint)
      for (const passing of DEATHS) {
        await server.order({ do: 'arm', passing, signal: 'thread' })
        await people.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
        await expect.poll(() => server.left(), { timeout: DEAD_WITHIN_MS }).toBe(0)
        await world.settle()
      }
      expect(await world.verdict()).toEqual([])
      expect(world.lines().filter(({ what }) => what === 'acked').length).toBeGreaterThan(100)
    },
  )

  test('a server whose threads keep dying ends with 1, and has lost nothing', async () => {
    const { world, server, people } = await start('before-ack')
    const ended = server.ended()
    let [rounds, isOver] = [0, false]
    void ended.then(() => {
      isOver = true
    })
    // Until it ends: where threads start slowly, the first deaths are a minute old, and count no more, when the last ones come.
    for (; !isOver; rounds++) {
      // What it cannot be told or asked any more it need not be: it is ending.
      await server.order({ do: 'arm', passing: 1, signal: 'thread' }).catch(() => ended)
      await people.tell({ do: 'write', operations: FEW_OPERATIONS, bytes: 0 })
      const left = () => server.left().catch(() => ended.then(() => 0))
      await expect.poll(left, { timeout: DEAD_WITHIN_MS }).toBe(0)
    }
    expect(rounds).toBeGreaterThanOrEqual(MOST_DEATHS)
    expect(await ended).toBe(1)
    await world.restart()
    expect(await world.verdict()).toEqual([])
  })
})
