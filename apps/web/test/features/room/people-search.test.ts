import type { MemberPage } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { MAX_ROOMS, matching, readPeople } from '../../../src/features/room/people-search.ts'

const page = (names: readonly string[], nextCursor: string | null = null): MemberPage => ({
  members: names.map(name => ({ userId: `u-${name}`, name, role: 'member' })),
  nextCursor,
})
const people = (...names: string[]) => names.map(name => ({ userId: `u-${name}`, name }))

it('reads one page of each room, at most four at a time, of a bounded number of rooms', async () => {
  let running = 0
  let most = 0
  const asked: string[] = []
  const roomIds = Array.from({ length: MAX_ROOMS + 20 }, (_, number) => `r${number}`)
  const read = await readPeople(roomIds, async roomId => {
    asked.push(roomId)
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    return page(['Ana', roomId])
  })
  expect(asked).toEqual(roomIds.slice(0, MAX_ROOMS))
  expect(most).toBe(4)
  expect(read.people, 'everybody once').toHaveLength(MAX_ROOMS + 1)
})

it('names the rooms that have more members than were read, and passes over those that cannot be read', async () => {
  const pages: Record<string, MemberPage> = { small: page(['Ana']), large: page(['Ben'], 'next') }
  const read = await readPeople(['small', 'gone', 'large'], async roomId => {
    const found = pages[roomId]
    if (found === undefined) throw new Error('not found')
    return found
  })
  expect(read).toMatchObject({ people: people('Ana', 'Ben'), large: ['large'], hasFailed: false })
})

it('says when no room could be read; having no rooms is no failure', async () => {
  const refuse = () => Promise.reject(new Error('away'))
  expect((await readPeople(['a', 'b'], refuse)).hasFailed).toBe(true)
  expect((await readPeople([], refuse)).hasFailed).toBe(false)
})

it('finds by the beginning of any name first, then anywhere; case and accents do not matter', () => {
  const all = people('Susanne', 'Zoë Anders', 'Ängla', 'Ben', 'Ana')
  expect(matching(all, 'AN').map(person => person.name)).toEqual(['Ana', 'Ängla', 'Zoë Anders', 'Susanne'])
  expect(matching(all, 'zoe').map(person => person.name)).toEqual(['Zoë Anders'])
  expect(matching(all, '').map(person => person.name)).toEqual(['Ana', 'Ängla', 'Ben', 'Susanne', 'Zoë Anders'])
})

it('somebody is found by their exact id, before all others, and not by a part of it', () => {
  expect(matching(people('u-Ben and co', 'Ben'), 'u-Ben').map(person => person.name)).toEqual(['Ben', 'u-Ben and co'])
  expect(matching(people('Ben'), 'u-')).toEqual([])
})
