import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'
import type { FailpointName } from '../support/planted.ts'

/** At which passing of its failpoint the server dies, one life after the other. */
const DEATHS = [1, 4, 9]
/** What each device does in a life: more than the server can get through before it dies. */
const OPERATIONS = 60

const POINTS: readonly FailpointName[] = [
  'mid-batch',
  'before-commit',
  'after-commit',
  'after-publish',
  'before-ack',
  'after-ack',
]

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

const STORY = 'kill -9 while people write, edit, delete and react in two rooms, and one is removed'

describe.each([1, 2])(`${STORY}; %i threads serve them:`, workers => {
  test.each(POINTS)(
    '[DUR2] [LOG1] [READ4] %s: what was acknowledged is there once, in order, and all show the same',
    async failpoint => {
      world = await FaultWorld.start({ seed: failpoint, failpoint, workers, members: ['bob', 'cyd', 'dan'] })
      const { server, roomIds } = world
      const people = await world.people('ann.1', 'ann.2', 'bob.1', 'cyd.1')
      await world.people('dan.1')
      for (const [life, passing] of DEATHS.entries()) {
        await server.order({ do: 'arm', passing, signal: 'SIGKILL' })
        await people.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
        expect(await server.ended()).toBe('SIGKILL')
        await world.restart()
        if (life === 0) await world.call('DELETE', `/api/rooms/${roomIds[0]}/members/dan`)
      }
      expect(await world.verdict()).toEqual([])
      expect(world.lines().filter(({ what }) => what === 'acked').length).toBeGreaterThan(100)
    },
  )
})
