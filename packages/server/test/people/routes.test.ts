import { MAX_PEOPLE_NAMED, MAX_WATCHED_PEOPLE } from '@holdfast/protocol'
import { afterEach, expect, test } from 'vitest'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import { PresenceService } from '../../src/people/presence-service.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { expectProblem, startApp, type TestApp } from '../http/test-app.ts'
import { actorOf } from './presence-world.ts'

const opened: TestApp[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(app => app.close()))
})

/** The HTTP side with presence over the very log that it has. */
async function start(): Promise<{ app: TestApp; service: PresenceService }> {
  const log = createMemoryLog({ platform: systemPlatform })
  const { clock, scheduler } = systemPlatform
  const store = new MemoryPresence(clock)
  const service = new PresenceService({ store, log, clock, scheduler, logger: silentLogger, publish: () => {} })
  const app = await startApp({ log, presence: service })
  opened.push(app)
  return { app, service }
}

async function be(service: PresenceService, userId: string, status: 'online' | 'busy' = 'online'): Promise<void> {
  const source = { sessionId: null, actor: actorOf(userId) }
  expect(await service.set(source, { type: 'presence.set', status })).toBe(null)
}

test('[presence] GET /api/presence tells of those who share a room, in the order asked for, once each', async () => {
  const { app, service } = await start()
  await app.call('ann', 'POST', '/api/rooms', { name: 'r', type: 'private', members: ['bob', 'cy'] })
  await be(service, 'bob', 'busy')
  const answer = await app.call('ann', 'GET', '/api/presence?users=cy,bob,bob')
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    users: [
      { userId: 'cy', status: 'offline', lastSeen: null },
      { userId: 'bob', status: 'busy', lastSeen: expect.any(Number) },
    ],
  })
})

test('[presence] strangers, ids of nobody and ids that cannot be any are told alike', async () => {
  const { app, service } = await start()
  await be(service, 'eve')
  const ids = ['eve', 'nobody', `${'x'.repeat(300)}`]
  const answer = await app.call('ann', 'GET', `/api/presence?users=${ids.join(',')}`)
  expect(answer.body).toEqual({ users: ids.map(userId => ({ userId, status: 'offline', lastSeen: null })) })
})

test('[presence] one may ask for oneself; nobody is an answer to nobody; too many are refused', async () => {
  const { app, service } = await start()
  await be(service, 'ann')
  expect((await app.call('ann', 'GET', '/api/presence?users=ann')).body).toMatchObject({
    users: [{ status: 'online' }],
  })
  expect((await app.call('ann', 'GET', '/api/presence')).body).toEqual({ users: [] })
  const users = Array.from({ length: MAX_WATCHED_PEOPLE + 1 }, (_, i) => `u${i}`)
  expectProblem(await app.call('ann', 'GET', `/api/presence?users=${users.join(',')}`), 400, 'bad_request')
  expect((await app.call('ann', 'GET', `/api/presence?users=${users.slice(1).join(',')}`)).status).toBe(200)
  expectProblem(await app.call(null, 'GET', '/api/presence?users=ann'), 401, 'unauthorized')
})

test('[presence] of a parameter that is there several times each is a whole id, which may hold commas', async () => {
  const { app, service } = await start()
  await app.call('ann', 'POST', '/api/rooms', { name: 'r', type: 'private', members: ['Doe, John', 'bob'] })
  for (const userId of ['Doe, John', 'bob']) await be(service, userId)
  const john = encodeURIComponent('Doe, John')
  for (const query of [`users=${john}&users=bob`, `users=bob&users=${john}&users=`]) {
    const { body } = await app.call('ann', 'GET', `/api/presence?${query}`)
    const { users } = body as { users: { userId: string; status: string }[] }
    expect(users.map(({ userId, status }) => `${userId} ${status}`).sort()).toEqual(['Doe, John online', 'bob online'])
  }
})

test('[presence] asking who is there has the pace of changes: beyond it both are 429 with the time to wait', async () => {
  const service = (await start()).service
  const changeLimit = { take: (userId: string) => (userId === 'ann' ? 1_500 : 0) }
  const app = await startApp({ presence: service, changeLimit })
  opened.push(app)
  for (const path of ['/api/presence?users=bob', '/api/rooms/none/presence']) {
    const answer = await app.call('ann', 'GET', path)
    expectProblem(answer, 429, 'rate_limited')
    expect(answer.body).toMatchObject({ retryAfterMs: 1_500 })
  }
  expect((await app.call('bob', 'GET', '/api/presence?users=ann')).status).toBe(200)
})

test('[presence] GET /api/rooms/:id/presence names who of the room is there, or was since then', async () => {
  const { app, service } = await start()
  const room = { id: 'room', name: 'r', type: 'private', members: ['bob', 'cy'] }
  await app.call('ann', 'POST', '/api/rooms', room)
  for (const userId of ['bob', 'eve']) await be(service, userId)
  const now = await app.call('ann', 'GET', '/api/rooms/room/presence')
  expect(now.body).toMatchObject({ users: [{ userId: 'bob', status: 'online' }] })
  const source = { sessionId: null, actor: actorOf('bob') }
  await service.set(source, { type: 'presence.set', status: 'offline' })
  expect((await app.call('ann', 'GET', '/api/rooms/room/presence')).body).toEqual({ users: [] })
  const since = Date.now() - 60_000
  const recent = await app.call('ann', 'GET', `/api/rooms/room/presence?since=${since}`)
  expect(recent.body).toMatchObject({ users: [{ userId: 'bob', status: 'offline', lastSeen: expect.any(Number) }] })
})

test('[presence] a room that one may not read hides who is there; a moment that is none is refused', async () => {
  const { app } = await start()
  await app.call('ann', 'POST', '/api/rooms', { id: 'room', name: 'r', type: 'private' })
  expectProblem(await app.call('eve', 'GET', '/api/rooms/room/presence'), 404, 'not_found')
  expectProblem(await app.call('eve', 'GET', '/api/rooms/none/presence'), 404, 'not_found')
  expectProblem(await app.call('ann', 'GET', '/api/rooms/room/presence?since=yesterday'), 400, 'bad_request')
})

test('[presence] who may read a public room but has not joined it is not told who is there', async () => {
  const { app, service } = await start()
  await app.call('ann', 'POST', '/api/rooms', { id: 'plaza', name: 'r', type: 'public' })
  await be(service, 'ann')
  expectProblem(await app.call('eve', 'GET', '/api/rooms/plaza/presence'), 403, 'forbidden')
  await app.call('eve', 'POST', '/api/rooms/plaza/join')
  const joined = await app.call('eve', 'GET', '/api/rooms/plaza/presence')
  expect(joined.body).toMatchObject({ users: [{ userId: 'ann' }] })
})

test('[presence] of a room a bounded number is named', async () => {
  const { app, service } = await start()
  const members = Array.from({ length: MAX_PEOPLE_NAMED + 20 }, (_, i) => `m${i}`)
  await app.call('ann', 'POST', '/api/rooms', { id: 'room', name: 'r', type: 'private', members })
  await Promise.all(members.map(userId => be(service, userId)))
  const { body } = await app.call('ann', 'GET', '/api/rooms/room/presence?since=0')
  expect(body).toMatchObject({ users: expect.objectContaining({ length: MAX_PEOPLE_NAMED }) })
})

test('[me] GET and PATCH /api/me: the defaults, what is settled, and what is left out stays', async () => {
  const { app } = await start()
  const defaults = { readReceipts: true, appearOffline: false }
  expect((await app.call('ann', 'GET', '/api/me')).body).toEqual({
    userId: 'ann',
    name: expect.any(String),
    settings: defaults,
  })
  const patched = await app.call('ann', 'PATCH', '/api/me', { appearOffline: true, unknown: 1 })
  expect(patched.status).toBe(200)
  expect(patched.body).toMatchObject({ settings: { readReceipts: true, appearOffline: true } })
  await app.call('ann', 'PATCH', '/api/me', { readReceipts: false })
  expect((await app.call('ann', 'GET', '/api/me')).body).toMatchObject({
    settings: { readReceipts: false, appearOffline: true },
  })
  expect((await app.call('bob', 'GET', '/api/me')).body).toMatchObject({ settings: defaults })
})

test('[me] a setting that is no truth value is refused, and nobody is settled for without a token', async () => {
  const { app } = await start()
  expectProblem(await app.call('ann', 'PATCH', '/api/me', { appearOffline: 'yes' }), 400, 'bad_request')
  expectProblem(
    await app.call('ann', 'PATCH', '/api/me', '[]', { 'content-type': 'application/json' }),
    400,
    'bad_request',
  )
  expectProblem(await app.call(null, 'GET', '/api/me'), 401, 'unauthorized')
})
