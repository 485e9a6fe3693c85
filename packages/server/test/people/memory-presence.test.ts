import { expect, test } from 'vitest'
import { MAX_REMEMBERED, MemoryPresence } from '../../src/people/memory-presence.ts'
import { GRACE_MS, MAX_SESSIONS_KEPT } from '../../src/people/person.ts'
import type { PersonChange } from '../../src/people/person-change.ts'
import { FakePlatform } from '../support/fake-platform.ts'

function put(sessionId: string, status: 'online' | 'away' | 'busy' | 'offline' = 'online'): PersonChange {
  return { kind: 'put', sessionId, status, device: null, isHidden: false }
}

test('[presence] of those who have left a bounded number is remembered, the latest', async () => {
  const platform = new FakePlatform()
  const store = new MemoryPresence(platform.clock)
  await store.change('ann', put('s'))
  for (let i = 0; i < MAX_REMEMBERED + 10; i++) await store.change(`person-${i}`, { kind: 'hide', isHidden: true })
  expect(store.size).toBe(MAX_REMEMBERED + 1)
  expect(await store.read(['ann'])).toMatchObject([{ shown: { status: 'online' } }])
})

test('[presence] of one person a bounded number of sessions is told apart, and they are there all the same', async () => {
  const platform = new FakePlatform()
  const store = new MemoryPresence(platform.clock)
  for (let i = 0; i < 2 * MAX_SESSIONS_KEPT; i++) {
    await store.change('ann', put(`s${i}`, i === 0 ? 'offline' : 'online'))
    await platform.advance(1)
  }
  for (let i = 0; i < 2 * MAX_SESSIONS_KEPT - 1; i++) await store.change('ann', { kind: 'end', sessionId: `s${i}` })
  await platform.advance(GRACE_MS + 100)
  expect(await store.read(['ann'])).toMatchObject([{ own: { status: 'online' } }])
})

test('[presence] says what is news to whom, and when to ask again', async () => {
  const platform = new FakePlatform()
  const store = new MemoryPresence(platform.clock)
  expect((await store.change('ann', put('s'))).news).toBe('shown')
  expect((await store.change('ann', put('s'))).news).toBe('none')
  expect((await store.change('ann', { kind: 'hide', isHidden: true })).news).toBe('none')
  const busy = { ...put('s', 'busy'), isHidden: true }
  expect((await store.change('ann', busy)).news).toBe('own')
  const { dueInMs } = await store.change('ann', { kind: 'tick' })
  await platform.advance(dueInMs ?? 0)
  expect((await store.change('ann', { kind: 'tick' })).news).toBe('shown')
  expect(await store.read(['ann'])).toMatchObject([{ own: { status: 'busy' }, shown: { status: 'offline' } }])
})

test('[presence] a wall clock that is set back or forward keeps nobody there, and lets nobody go', async () => {
  const platform = new FakePlatform()
  const store = new MemoryPresence(platform.clock)
  await store.change('ann', put('a'))
  await store.change('bob', put('b'))
  await store.change('bob', { kind: 'end', sessionId: 'b' })
  for (const jumpMs of [-3_600_000, 7_200_000]) {
    platform.setWall(platform.clock.wallMs() + jumpMs)
    expect(await store.read(['ann', 'bob'])).toMatchObject([
      { own: { status: 'online' } },
      { own: { status: 'online' } },
    ])
  }
  await platform.advance(GRACE_MS + 100)
  expect(await store.read(['ann', 'bob'])).toMatchObject([
    { own: { status: 'online' } },
    { own: { status: 'offline' } },
  ])
})
