import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SEED } from '../support/fuzz-seed.ts'
import { startApp, type TestApp } from './test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startApp()
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public', members: ['bob'] })
})
afterEach(() => app.close())

const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/api/rooms'],
  ['GET', '/api/rooms'],
  ['PATCH', '/api/rooms/lobby'],
  ['POST', '/api/rooms/lobby/join'],
  ['PUT', '/api/rooms/lobby/members/bob'],
  ['PUT', '/api/rooms/lobby/bans/cat'],
  ['PUT', '/api/rooms/lobby/mutes/bob'],
  ['GET', '/api/rooms/lobby/members'],
  ['GET', '/api/rooms/lobby/messages'],
  ['POST', '/api/rooms/lobby/messages'],
  ['PATCH', '/api/rooms/lobby/messages/x'],
  ['GET', '/api/rooms/lobby/sync'],
  ['POST', '/api/sync'],
  ['PUT', '/api/rooms/lobby/read'],
  ['POST', '/api/commands'],
  ['POST', '/api/auth/guest'],
  ['POST', '/api/tickets'],
]

/** Fields of the contract with values of any kind: what slips past a check that looks at names alone. */
const fields = fc.constantFrom(
  'id',
  'name',
  'type',
  'members',
  'metadata',
  'role',
  'until',
  'reason',
  'clientId',
  'content',
  'kind',
  'replyTo',
  'mentions',
  'seen',
  'seq',
  'epoch',
  'roomId',
  'rooms',
  'ref',
  'messageId',
  'key',
  'n',
  'token',
  '__proto__',
  'toString',
)
const values = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    'message.send',
    'public',
    'private',
    'direct',
    'lobby',
    'bob',
    'owner',
    'system',
    '\u0000',
    '\ud800',
    1e308,
    -0,
    2 ** 53,
  ),
)
const objects = fc.dictionary(fields, values, { maxKeys: 8 })
/** What is right, with one field of it perhaps wrong. */
const plausible = fc
  .tuple(fc.stringMatching(/^[a-z]{8}$/), fc.string({ minLength: 1 }), objects)
  .chain(([clientId, content, strange]) => {
    const right = { name: 'A room', type: 'public', clientId, content, seq: 1 }
    return fc.constantFrom(right, { ...right, ...Object.fromEntries(Object.entries(strange).slice(0, 1)) })
  })
const bodies = fc
  .oneof(plausible, objects, fc.array(objects, { maxLength: 5 }), fc.jsonValue())
  .map(body => JSON.stringify(body))
const texts = fc.oneof(
  bodies,
  fc.string({ unit: 'binary' }),
  bodies.map(text => text.slice(0, text.length / 2)),
)
const queries = fc.dictionary(
  fc.constantFrom('cursor', 'limit', 'around', 'after', 'epoch', 'seq', 'window', 'q', 'discover'),
  fc.oneof(fc.string({ unit: 'binary' }), fc.integer().map(String), fc.constant('true')),
  { maxKeys: 3 },
)

/** As a query, whatever the strings hold. */
function queryOf(query: Record<string, string>): string {
  return `?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')}`
}

test('whatever comes is answered by the contract: no 500, every error a problem, and the server goes on', async () => {
  const answered = new Set<number>()
  const calls = fc.tuple(fc.constantFrom(...ROUTES), texts, queries)
  await fc.assert(
    fc.asyncProperty(calls, async ([[method, path], text, query]) => {
      const body = method === 'GET' ? undefined : text
      const answer = await app.call('ann', method, path + queryOf(query), body)
      answered.add(answer.status)
      expect([200, 201, 204, 400, 403, 404, 409, 413, 501], answer.text).toContain(answer.status)
      if (answer.status >= 400) {
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String) })
      }
    }),
    { seed: SEED, numRuns: 600 },
  )
  expect((await app.call('ann', 'GET', '/api/rooms')).status).toBe(200)
  expect(Object.keys(Object.prototype)).toEqual([])
  // Not vacuous: some of it got through.
  for (const status of [200, 201, 400]) expect(answered, `drawn from FUZZ_SEED=${SEED}`).toContain(status)
})

test('whatever path is asked for, nobody without a token is told anything but 401, 404 or a file of the web app', async () => {
  const paths = fc.array(fc.oneof(fc.constantFrom('api', 'rooms', '..', '%2e%2e', '%00', 'lobby'), fc.webSegment()), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(paths, async parts => {
      const answer = await app.call(null, 'GET', `/${parts.join('/')}`)
      expect([401, 404], answer.text).toContain(answer.status)
    }),
    { seed: SEED, numRuns: 200 },
  )
})
