import type { Client } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import { expect, it, vi } from 'vitest'
import { DirectPeople } from '../../../src/features/rooms/direct-people.ts'

const me: Member = { userId: 'me', name: 'Me', role: 'member' }
const ana: Member = { userId: 'ana', name: 'Ana', role: 'member' }

interface Asked {
  readonly roomId: string
  readonly answer: (members: readonly Member[]) => void
  readonly refuse: () => void
}

/** A client whose rooms hold nobody until they are asked, and whose answers the test gives. */
function world() {
  const asked: Asked[] = []
  const held = new Map<string, readonly Member[]>()
  const list = (roomId: string) =>
    new Promise(resolve => {
      const answer = (members: readonly Member[]) => resolve({ members, nextCursor: null })
      asked.push({ roomId, answer, refuse: () => resolve(Promise.reject(new Error('away'))) })
    })
  const room = (roomId: string) => ({
    subscribe: () => () => {},
    getSnapshot: () => ({ members: held.get(roomId) ?? [] }),
    members: { list: () => list(roomId) },
  })
  return { asked, held, people: new DirectPeople({ userId: 'me', room } as unknown as Client) }
}

it('hundreds of direct rooms are asked for their people a few at a time, each once', async () => {
  const { asked, people } = world()
  for (let i = 0; i < 300; i++) people.subscribe(`r${i % 150}`, () => {})
  expect(asked.length).toBe(4)
  for (let answered = 0; answered < 150; answered++) {
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(answered))
    expect(asked.length).toBeLessThanOrEqual(answered + 4)
    asked[answered]?.answer([me, ana])
  }
  expect(new Set(asked.map(({ roomId }) => roomId)).size).toBe(150)
  await vi.waitFor(() => expect(people.of('r149')).toEqual([{ userId: 'ana', name: 'Ana' }]))
  expect(people.of('r149')).toBe(people.of('r149'))
})

it('a room that could not be read is asked again by whoever shows it next, and one refusal stops nobody else', async () => {
  const { asked, people } = world()
  const told = vi.fn()
  for (const roomId of ['a', 'b', 'c', 'd', 'e']) people.subscribe(roomId, told)
  asked[0]?.refuse()
  await vi.waitFor(() => expect(asked.length).toBe(5))
  expect(people.of('a')).toBeNull()
  people.subscribe('a', told)
  asked[1]?.answer([me, ana])
  await vi.waitFor(() => expect(asked.at(-1)?.roomId).toBe('a'))
  asked.at(-1)?.answer([me, ana])
  await vi.waitFor(() => expect(people.of('a')).toEqual([{ userId: 'ana', name: 'Ana' }]))
  expect(told).toHaveBeenCalledTimes(2)
})

it('an open room knows better than what was read, also once the other one has left; the list stays the same until it says more', () => {
  const { held, people } = world()
  expect(people.of('r')).toBeNull()
  held.set('r', [me, ana])
  const before = people.of('r')
  expect(before).toEqual([{ userId: 'ana', name: 'Ana' }])
  held.set('r', [{ ...ana }, me])
  expect(people.of('r')).toBe(before)
  held.set('r', [me, { ...ana, name: 'Ana S.' }])
  expect(people.of('r')).toEqual([{ userId: 'ana', name: 'Ana S.' }])
  held.set('r', [me])
  expect(people.of('r')).toEqual([{ userId: 'ana', name: 'Ana S.' }])
})
