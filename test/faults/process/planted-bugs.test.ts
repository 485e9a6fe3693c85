import { afterEach, describe, expect, test } from 'vitest'
import { BUGS, type BugName } from '../support/bugs.ts'
import { FaultWorld } from '../support/fault-world.ts'
import type { FailpointName } from '../support/planted.ts'

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

/** People write, somebody is removed meanwhile, the server is killed at a failpoint and comes back. */
async function story(bug: BugName, failpoint: FailpointName) {
  world = await FaultWorld.start({ seed: bug, bug, failpoint, members: ['bob', 'cyd', 'dan'] })
  const { server } = world
  const people = await world.people('ann.1', 'bob.1', 'cyd.1', 'dan.1')
  await people.tell({ do: 'write', operations: 30, bytes: 0 })
  await world.call('DELETE', `/api/rooms/${world.roomIds[0]}/members/dan`)
  await people.tell({ do: 'rest' })
  await server.order({ do: 'arm', passing: 5, signal: 'SIGKILL' })
  await people.tell({ do: 'write', operations: 60, bytes: 0 })
  expect(await server.ended()).toBe('SIGKILL')
  await world.restart()
  return world.verdict()
}

describe('the checker finds in what real processes recorded:', () => {
  test.each(Object.keys(BUGS) as BugName[])('%s', async bug => {
    const found = await story(bug, 'before-ack')
    expect(found.map(({ rule }) => rule)).toContain(BUGS[bug].rule)
  })
})
