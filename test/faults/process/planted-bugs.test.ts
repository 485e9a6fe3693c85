import { afterEach, describe, expect, test } from 'vitest'
import { BUGS, type BugName } from '../support/bugs.ts'
import { FaultWorld } from '../support/fault-world.ts'
import type { FailpointName } from '../support/planted.ts'

/** Where the server has to die for a bug to matter. */
const STORIES: Readonly<Record<BugName, FailpointName>> = {
  'ack-before-commit': 'after-ack',
  'dedupe-forgets': 'after-commit',
  'resume-off-by-one': 'before-ack',
  'leaving-is-not-heard': 'before-ack',
}
/** What a client cannot repair by itself stays wrong: it is not waited for as long as what heals is. Milliseconds. */
const HEAL_MS = 8_000
/** How many deaths may show a bug: the one that a server dies of may have held nothing that the bug concerns. */
const DEATHS = 6

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

/** People write, somebody is removed meanwhile, the server is killed and comes back. */
async function story(failpoint: FailpointName, bug?: BugName, seed = 'bugs') {
  const planted = { failpoint, ...(bug !== undefined && { bug, healMs: HEAL_MS }) }
  world = await FaultWorld.start({ seed, ...planted, members: ['bob', 'cyd', 'dan'] })
  const { server } = world
  const people = await world.people('ann.1', 'bob.1', 'cyd.1')
  await world.people('dan.1')
  await people.tell({ do: 'write', operations: 30, bytes: 0 })
  await world.call('DELETE', `/api/rooms/${world.roomIds[0]}/members/dan`)
  await people.tell({ do: 'rest' })
  await server.order({ do: 'arm', passing: 5, signal: 'SIGKILL' })
  await people.tell({ do: 'write', operations: 60, bytes: 0 })
  expect(await server.ended()).toBe('SIGKILL')
  await world.restart()
  return world.verdict()
}

/** The rules that the bug was seen to break, in the first of some stories that shows it. */
async function rulesBrokenBy(bug: BugName): Promise<readonly string[]> {
  for (let death = 1; ; death++) {
    const found = await story(STORIES[bug], bug, `bugs ${death}`)
    const rules = found.map(({ rule }) => rule)
    if (rules.includes(BUGS[bug].rule) || death === DEATHS) return rules
    await world?.remove()
  }
}

describe('what real processes recorded shows', () => {
  test.each(Object.keys(BUGS) as BugName[])('the planted bug %s', async bug => {
    expect(await rulesBrokenBy(bug)).toContain(BUGS[bug].rule)
  })

  test('no violation of any rule where none is planted', async () => {
    expect(await story('after-commit')).toEqual([])
  })
})
