import { expect, test } from 'vitest'
import { Api, expectProblem } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { makeRoom, roomPath } from '../src/rooms.ts'
import { target } from '../src/target.ts'
import { unique } from '../src/unique.ts'

test('[P5.problem.1] an error is application/problem+json with code and status', async () => {
  const ann = await person('ann')
  expectProblem(await ann.api.get(roomPath('no-such-room')), 404, 'not_found')
  expectProblem(await ann.api.post('/api/rooms', {}), 400, 'bad_request')
  expectProblem(await new Api(ann.at).get('/api/rooms'), 401, 'unauthorized')
})

test('[P5.problem.2] a body that is not JSON is 400', async () => {
  const ann = await person('ann')
  const headers = { 'content-type': 'application/json' }
  for (const body of ['', '{', 'hello', '{"name":"x",}']) {
    expectProblem(await ann.api.raw('/api/rooms', { method: 'POST', headers, body }), 400, 'bad_request')
  }
})

test('[P5.problem.3] a body of another content type is 415', async () => {
  const ann = await person('ann')
  const body = JSON.stringify({ name: 'A room', type: 'private' })
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const headers = { 'content-type': type }
    expectProblem(await ann.api.raw('/api/rooms', { method: 'POST', headers, body }), 415)
  }
})

test('[P5.problem.4] a parameter of the content type does no harm', async () => {
  const ann = await person('ann')
  const body = JSON.stringify({ name: 'A room', type: 'private' })
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  expect((await ann.api.raw('/api/rooms', { method: 'POST', headers, body })).status).toBe(201)
})

test('[P5.problem.5] an unknown path under /api is 404', async () => {
  const ann = await person('ann')
  expectProblem(await ann.api.get(`/api/${unique('nothing')}`), 404, 'not_found')
})

test('[P5.problem.6] a body far beyond any command is 413, and the server goes on', async () => {
  const ann = await person('ann')
  const body = JSON.stringify({ name: 'x'.repeat(12_000_000), type: 'private' })
  const headers = { 'content-type': 'application/json' }
  const call = ann.api.raw('/api/rooms', { method: 'POST', headers, body })
  // The server may refuse before it has read the body; the client then sees the connection end.
  const outcome = await call.then(answer => answer.status).catch(() => 'cut off')
  expect([413, 'cut off']).toContain(outcome)
  expect((await ann.api.get('/api/rooms')).status).toBe(200)
})

/** Every way to reach into a room, which must not tell a private one of others from a missing one. */
const INTO_A_ROOM: readonly { readonly method: string; readonly path: string; readonly body?: object }[] = [
  { method: 'GET', path: '' },
  { method: 'PATCH', path: '', body: { topic: 'x' } },
  { method: 'DELETE', path: '' },
  { method: 'POST', path: '/join', body: {} },
  { method: 'POST', path: '/leave', body: {} },
  { method: 'GET', path: '/members' },
  { method: 'PUT', path: '/members/someone', body: {} },
  { method: 'DELETE', path: '/members/someone' },
  { method: 'PUT', path: '/bans/someone', body: {} },
  { method: 'DELETE', path: '/bans/someone' },
  { method: 'PUT', path: '/mutes/someone', body: {} },
  { method: 'DELETE', path: '/mutes/someone' },
  { method: 'GET', path: '/messages' },
  { method: 'GET', path: '/messages?around=01890000-0000-7000-8000-000000000000' },
  { method: 'GET', path: '/messages?after=1' },
  { method: 'POST', path: '/messages', body: { clientId: 'c', content: 'x' } },
  { method: 'PATCH', path: '/messages/01890000-0000-7000-8000-000000000000', body: { content: 'x' } },
  { method: 'DELETE', path: '/messages/01890000-0000-7000-8000-000000000000' },
  { method: 'GET', path: '/sync' },
  { method: 'GET', path: '/sync?epoch=e&seq=1' },
  { method: 'PUT', path: '/read', body: { seq: 1 } },
]

test.each(INTO_A_ROOM)(
  '[P5.private.1] $method /api/rooms/:id$path of a private room of others answers as for a missing one',
  async ({ method, path, body }) => {
    const [ann, bob] = await people('ann', 'bob')
    const closed = await makeRoom(ann, { name: 'The secret name' })
    const missing = unique('room')
    const answers = []
    for (const roomId of [closed, missing]) {
      const answer = await bob.api.call(method, roomPath(roomId, path), body)
      expectProblem(answer, 404, 'not_found')
      answers.push(answer.text.replaceAll(roomId, 'ID'))
    }
    expect(answers[0]).toBe(answers[1])
  },
)

test.each(INTO_A_ROOM)(
  '[P5.auth.1] $method /api/rooms/:id$path without credential is 401',
  async ({ method, path, body }) => {
    const ann = await person('ann')
    const roomId = await makeRoom(ann, { type: 'public' })
    expectProblem(await new Api(ann.at).call(method, roomPath(roomId, path), body), 401, 'unauthorized')
  },
)

test.each([
  ['GET', '/api/rooms'],
  ['POST', '/api/rooms'],
  ['GET', '/api/rooms?discover=true'],
  ['POST', '/api/sync'],
  ['POST', '/api/commands'],
  ['POST', '/api/tickets'],
])('[P5.auth.2] %s %s without credential is 401', async (method, path) => {
  expectProblem(await new Api(target()).call(method, path, method === 'GET' ? undefined : {}), 401, 'unauthorized')
})

test('[P5.operate.1] /healthz and /readyz answer 200 while the server serves, without credential', async () => {
  const nobody = new Api(target())
  for (const path of ['/healthz', '/readyz']) expect((await nobody.get(path)).status, path).toBe(200)
})

test('[P5.operate.2] /metrics is Prometheus text', async () => {
  const answer = await new Api(target()).get('/metrics')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(answer.text).toMatch(/^# TYPE \S+ (counter|gauge|histogram|summary)$/m)
})

test('[P5.operate.3] metrics hold no token, no content and no user', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann, { name: 'Not for metrics' })
  const { text } = await new Api(target()).get('/metrics')
  for (const secret of [ann.id, ann.token, roomId, 'Not for metrics']) expect(text).not.toContain(secret)
})

test('[P5.guest.1] POST /api/auth/guest makes no guest where guest sign-in is off', async () => {
  const answer = await new Api(target()).post('/api/auth/guest', { name: 'Guest' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expectProblem(answer, answer.status)
})
