import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAddressLimit } from '../../src/auth/address-limit.ts'
import { type Answer, expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startApp()
})
afterEach(() => app.close())

test('POST /api/auth/guest gives a person and a token that is good here', async () => {
  const { status, body } = await app.call(null, 'POST', '/api/auth/guest', { name: 'Ann' })
  expect(status).toBe(200)
  expect(body).toEqual({ token: expect.any(String), user: { id: expect.stringMatching(/^guest_/), name: 'Ann' } })
  const { token, user } = body as { token: string; user: { id: string } }
  const answer = await app.call(
    null,
    'POST',
    '/api/rooms',
    { name: 'A', type: 'public' },
    { authorization: `Bearer ${token}` },
  )
  expect(answer.body).toMatchObject({ createdBy: user.id })
})

test('a guest has a name in rooms that others put them in', async () => {
  const { body } = await app.call(null, 'POST', '/api/auth/guest', { name: 'Gus' })
  const { id } = (body as { user: { id: string } }).user
  await app.call('ann', 'POST', '/api/rooms', { id: 'a', name: 'A', type: 'private', members: [id] })
  expect((await app.call('ann', 'GET', '/api/rooms/a/members')).body).toMatchObject({
    members: [{}, { userId: id, name: 'Gus' }],
  })
})

test.each([{}, { name: '' }, { name: '  ' }, { name: 7 }, { name: 'x'.repeat(201) }, { name: 'a\u0000b' }])(
  'the name in %j is a bad request',
  async body => expectProblem(await app.call(null, 'POST', '/api/auth/guest', body), 400, 'bad_request'),
)

test('where guests are switched off there is no such call', async () => {
  const closed = await startApp({ guests: null })
  expectProblem(await closed.call(null, 'POST', '/api/auth/guest', { name: 'Ann' }), 404, 'not_found')
  await closed.close()
})

test('one address signs in so many guests a minute, whatever it says of itself', async () => {
  const limited = await startApp({ addressLimit: createAddressLimit() })
  let answer: Answer | undefined
  for (let i = 0; i < 121; i++) {
    answer = await limited.call(null, 'POST', '/api/auth/guest', { name: 'Ann' }, { 'x-forwarded-for': `192.0.2.${i}` })
  }
  if (answer === undefined) throw new Error('nobody signed in')
  expectProblem(answer, 429, 'rate_limited')
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  await limited.close()
})

test('POST /api/tickets gives a ticket for its bearer, good for 30 s', async () => {
  const { status, body } = await app.call('ann', 'POST', '/api/tickets')
  expect(status).toBe(200)
  expect(body).toEqual({ ticket: expect.any(String), expiresInMs: 30_000 })
  const { ticket } = body as { ticket: string }
  expect(app.deps.tickets.redeem(ticket)).toMatchObject({ actor: { userId: 'ann', name: 'ANN' } })
  expectProblem(await app.call(null, 'POST', '/api/tickets'), 401, 'unauthorized')
})
