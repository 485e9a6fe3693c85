import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp

beforeEach(async () => {
  app = await startApp()
  // They have shown who they are before anybody adds them.
  for (const userId of ['bob', 'cat']) await app.call(userId, 'GET', '/api/rooms')
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public', members: ['bob'] })
})
afterEach(() => app.close())

const members = (query = '') => app.call('ann', 'GET', `/api/rooms/lobby/members${query}`)

test('GET lists members by name and role, page by page, or those who match', async () => {
  await app.call('ann', 'PUT', '/api/rooms/lobby/members/cat', { role: 'admin' })
  const first = await members('?limit=2')
  expect(first.body).toEqual({
    members: [
      { userId: 'ann', name: 'ANN', role: 'owner' },
      { userId: 'bob', name: 'BOB', role: 'member' },
    ],
    nextCursor: expect.any(String),
  })
  const cursor = encodeURIComponent((first.body as { nextCursor: string }).nextCursor)
  expect((await members(`?cursor=${cursor}`)).body).toEqual({
    members: [{ userId: 'cat', name: 'CAT', role: 'admin' }],
    nextCursor: null,
  })
  expect((await members('?q=o')).body).toMatchObject({ members: [{ userId: 'bob' }] })
})

test('PUT answers the member as they are now, with a role, without one, and without a body', async () => {
  for (const body of [{ role: 'admin' }, {}, undefined, { role: 'admin' }]) {
    const answer = await app.call('ann', 'PUT', '/api/rooms/lobby/members/cat', body)
    expect(answer).toMatchObject({ status: 200, body: { userId: 'cat', name: 'CAT', role: 'admin' } })
  }
  const demoted = await app.call('ann', 'PUT', '/api/rooms/lobby/members/cat', { role: 'member' })
  expect(demoted.body).toEqual({ userId: 'cat', name: 'CAT', role: 'member' })
  expectProblem(await app.call('ann', 'PUT', '/api/rooms/lobby/members/cat', { role: 'king' }), 400, 'bad_request')
  expectProblem(await app.call('bob', 'PUT', '/api/rooms/lobby/members/cat', { role: 'owner' }), 403, 'forbidden')
})

test('DELETE of oneself is leaving, of another is kicking', async () => {
  await app.call('ann', 'PUT', '/api/rooms/lobby/members/cat')
  expectProblem(await app.call('bob', 'DELETE', '/api/rooms/lobby/members/cat'), 403, 'forbidden')
  expect((await app.call('ann', 'DELETE', '/api/rooms/lobby/members/cat')).status).toBe(204)
  expect((await app.call('bob', 'DELETE', '/api/rooms/lobby/members/bob')).status).toBe(204)
  const { body } = await app.call('ann', 'GET', '/api/rooms/lobby/sync?epoch=x')
  const { epoch } = body as { epoch: string }
  const log = await app.call('ann', 'GET', `/api/rooms/lobby/sync?epoch=${encodeURIComponent(epoch)}&seq=4`)
  expect(log.body).toMatchObject({
    events: [
      { kind: 'member.left', userId: 'cat', by: 'ann', reason: 'kicked' },
      { kind: 'member.left', userId: 'bob', by: 'bob', reason: 'left' },
    ],
  })
})

test('a userId with slashes and spaces in it is one part of the path', async () => {
  const userId = 'org/team a?#é'
  const path = `/api/rooms/lobby/members/${encodeURIComponent(userId)}`
  expect((await app.call('ann', 'PUT', path)).status).toBe(200)
  expect((await members('?q=org')).body).toMatchObject({ members: [{ userId }] })
})

test.each(['%00', '%0a', 'x'.repeat(129)])('the path with the userId %s is a bad request', async userId => {
  for (const list of ['members', 'bans', 'mutes']) {
    expectProblem(await app.call('ann', 'PUT', `/api/rooms/lobby/${list}/${userId}`, {}), 400, 'bad_request')
    expectProblem(await app.call('ann', 'DELETE', `/api/rooms/lobby/${list}/${userId}`), 400, 'bad_request')
  }
})

test('a ban answers 204, keeps its target out with forbidden until it is lifted', async () => {
  expectProblem(await app.call('bob', 'PUT', '/api/rooms/lobby/bans/ann', {}), 403, 'forbidden')
  expect((await app.call('ann', 'PUT', '/api/rooms/lobby/bans/bob', { reason: 'spam', until: null })).status).toBe(204)
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/join'],
    ['GET', '/messages'],
    ['GET', '/sync'],
  ] as const) {
    expectProblem(await app.call('bob', method, `/api/rooms/lobby${path}`), 403, 'forbidden')
  }
  for (let i = 0; i < 2; i++) expect((await app.call('ann', 'DELETE', '/api/rooms/lobby/bans/bob')).status).toBe(204)
  expect((await app.call('bob', 'POST', '/api/rooms/lobby/join')).status).toBe(200)
  expectProblem(await app.call('ann', 'PUT', '/api/rooms/lobby/bans/bob', { until: 'soon' }), 400, 'bad_request')
})

test('a mute answers 204; the muted may not send until it is lifted', async () => {
  const say = () => app.call('bob', 'POST', '/api/rooms/lobby/messages', { clientId: 'c', content: 'x' })
  expect((await app.call('ann', 'PUT', '/api/rooms/lobby/mutes/bob')).status).toBe(204)
  expectProblem(await say(), 403, 'muted')
  expect((await app.call('ann', 'DELETE', '/api/rooms/lobby/mutes/bob')).status).toBe(204)
  expect((await say()).status).toBe(201)
  expectProblem(await app.call('bob', 'PUT', '/api/rooms/lobby/mutes/ann', {}), 403, 'forbidden')
})
