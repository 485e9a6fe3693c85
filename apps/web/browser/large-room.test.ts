import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

/** A room of three members is a large one. */
const stage = setStage({ HOLDFAST_LARGE_ROOM: '2' })

it('in a large room it is the server that counts who has seen a message', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Hall')
  const others: Person[] = []
  for (const name of ['Ben', 'Cleo', 'Dan', 'Eve']) {
    const other = await stage.person(name)
    await other.join(path)
    others.push(other)
  }
  await ana.say('can all hear me?')
  await Promise.all(others.map(other => other.sees('can all hear me?')))
  const seen = ana.row('can all hear me?').getByRole('button', { name: 'Seen', exact: true })
  await seen.waitFor()
  // Each time it is opened the server is asked; the furthest readers are at hand with their names.
  await expect
    .poll(async () => {
      await ana.page.mouse.move(0, 0)
      await ana.page.getByRole('tooltip').waitFor({ state: 'detached' })
      await seen.hover()
      return ana.page.getByRole('tooltip').textContent()
    })
    .toMatch(/^Seen by (4 people|.+ others?|\w+, \w+, \w+, and \w+)$/)
})
