import { expect, test } from 'vitest'
import { Api, expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { person } from '../src/people.ts'
import { refusedUpgrade, Socket } from '../src/socket.ts'
import { target } from '../src/target.ts'
import { mint, mintUnsigned, seconds } from '../src/tokens.ts'
import { unique } from '../src/unique.ts'

/** Tokens that must be refused, over HTTP and at the upgrade. */
const BAD_TOKENS: Readonly<Record<string, () => Promise<string> | string>> = {
  'alg none': () => mintUnsigned({ sub: unique('u'), name: 'A' }),
  'a wrong secret': () => mint('another-secret-of-at-least-32-bytes!!', { sub: unique('u'), name: 'A' }),
  'an expired exp': () => mint(target().secret, { sub: unique('u'), name: 'A', exp: seconds(-120) }),
  'no exp': () => mint(target().secret, { sub: unique('u'), name: 'A', exp: null }),
  'no sub': () => mint(target().secret, { sub: null, name: 'A' }),
  'no name': () => mint(target().secret, { sub: unique('u'), name: null }),
  'a sub that is no string': () => mint(target().secret, { sub: 7, name: 'A' }),
  'a name that is no string': () => mint(target().secret, { sub: unique('u'), name: { a: 1 } }),
  'an exp that is no number': () => mint(target().secret, { sub: unique('u'), name: 'A', exp: 'never' }),
  'an algorithm of its own choice': () => mint(target().secret, { sub: unique('u'), name: 'A' }, 'HS512'),
  'a signature cut off': async () => (await mint(target().secret, { sub: unique('u'), name: 'A' })).slice(0, -3),
  'no structure': () => 'not-a-token',
}

function bad(name: string): Promise<string> {
  return Promise.resolve(BAD_TOKENS[name]?.() ?? '')
}

test('[P3.http.1] Authorization: Bearer lets a request in', async () => {
  const ann = await person('ann')
  expectBody(await ann.api.get('/api/rooms'), 200)
})

test('[P3.http.2] a request without credential, or with another scheme, gets 401', async () => {
  const ann = await person('ann')
  const nobody = new Api(ann.at)
  expectProblem(await nobody.get('/api/rooms'), 401, 'unauthorized')
  for (const authorization of ['Bearer', 'Bearer ', `Basic ${ann.token}`, ann.token]) {
    expectProblem(await nobody.raw('/api/rooms', { headers: { authorization } }), 401, 'unauthorized')
  }
})

test.each(Object.keys(BAD_TOKENS))('[P3.token.1] a token with %s is refused over HTTP', async name => {
  const api = new Api(target(), await bad(name))
  expectProblem(await api.get('/api/rooms'), 401, 'unauthorized')
  expectProblem(await api.post('/api/rooms', { name: 'A room', type: 'public' }), 401, 'unauthorized')
})

test.each(Object.keys(BAD_TOKENS))('[P3.token.2] a token with %s gets 401 at the upgrade and no socket', async name => {
  const token = await bad(name)
  expect(await refusedUpgrade(target(), { token })).toBe(401)
  expect(await refusedUpgrade(target(), { protocols: ['holdfast.v1', `bearer.${token}`] })).toBe(401)
})

test('[P3.token.3] roles may contain admin, unknown claims and roles do no harm', async () => {
  const sub = unique('u')
  for (const roles of [['admin'], [], ['something']]) {
    const token = await mint(target().secret, { sub, name: 'A', roles })
    expectBody(await new Api(target(), token).get('/api/rooms'), 200)
  }
})

test('[P3.ws.1] the Authorization header opens a socket', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  expect((await socket.hello()).userId).toBe(ann.id)
})

test('[P3.ws.2] Sec-WebSocket-Protocol holdfast.v1, bearer.<jwt> opens a socket; the server answers holdfast.v1', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { protocols: ['holdfast.v1', `bearer.${ann.token}`] })
  expect(socket.protocol).toBe('holdfast.v1')
  expect((await socket.hello()).userId).toBe(ann.id)
})

test('[P3.ws.3] an upgrade without any credential gets 401', async () => {
  expect(await refusedUpgrade(target())).toBe(401)
  expect(await refusedUpgrade(target(), { protocols: ['holdfast.v1'] })).toBe(401)
})

test('[P3.ws.4] a token in the query string is refused, over WebSocket and HTTP', async () => {
  const ann = await person('ann')
  for (const name of ['token', 'access_token', 'jwt', 'bearer', 'ticket']) {
    expect(await refusedUpgrade(ann.at, { query: `?${name}=${ann.token}` }), name).toBe(401)
    expectProblem(await new Api(ann.at).get(`/api/rooms?${name}=${ann.token}`), 401)
  }
})

test('[P3.ticket.1] a ticket opens one socket, for its user', async () => {
  const ann = await person('ann')
  const issued = expectSuccess(await ann.api.post<{ ticket: string; expiresInMs: number }>('/api/tickets'))
  expect(issued.ticket).toBeTypeOf('string')
  expect(issued.expiresInMs).toBe(30_000)
  const query = `?ticket=${encodeURIComponent(issued.ticket)}`
  const socket = await Socket.connect(ann.at, { query })
  expect((await socket.hello()).userId).toBe(ann.id)
  expect(await refusedUpgrade(ann.at, { query }), 'used up').toBe(401)
})

test('[P3.ticket.2] of two redemptions at once exactly one wins', async () => {
  const ann = await person('ann')
  const issued = expectSuccess(await ann.api.post<{ ticket: string }>('/api/tickets'))
  const query = `?ticket=${encodeURIComponent(issued.ticket)}`
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => Socket.connect(ann.at, { query })))
  expect(outcomes.filter(outcome => outcome.status === 'fulfilled').length).toBe(1)
})

test('[P3.ticket.3] an unknown or mangled ticket gets 401; a ticket needs a credential to be issued', async () => {
  for (const ticket of ['', 'unknown', '__proto__', 'x'.repeat(2000)]) {
    expect(await refusedUpgrade(target(), { query: `?ticket=${ticket}` })).toBe(401)
  }
  expectProblem(await new Api(target()).post('/api/tickets'), 401, 'unauthorized')
})

test('[P3.ticket.4] tickets are unguessable: no two alike, at least 128 bits long', async () => {
  const ann = await person('ann')
  const calls = Array.from({ length: 20 }, () => ann.api.post<{ ticket: string }>('/api/tickets'))
  const tickets = (await Promise.all(calls)).map(answer => answer.body.ticket)
  expect(new Set(tickets).size).toBe(20)
  for (const ticket of tickets) expect(ticket.length).toBeGreaterThanOrEqual(22)
})

test('[P3.origin.1] a foreign Origin gets 403, whatever it resembles', async () => {
  const ann = await person('ann')
  const own = new URL(ann.at.url)
  const foreign = [
    'https://evil.example',
    `${own.origin}.evil.example`,
    `${own.protocol}//evil.example:${own.port || 80}`,
    `${own.protocol}//${own.hostname}.evil.example`,
    `${own.protocol}//evil.${own.hostname}:${own.port || 80}`,
    `${own.protocol}//${own.hostname}:1`,
    `${own.origin}@evil.example`,
    'null',
  ]
  for (const origin of foreign) expect(await refusedUpgrade(ann.at, { token: ann.token, origin }), origin).toBe(403)
})

test('[P3.origin.2] the server own origin is let in', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token, origin: new URL(ann.at.url).origin })
  expect((await socket.hello()).userId).toBe(ann.id)
})

test('[P3.path.1] an upgrade on a path that is not Holdfast’s gets no Holdfast socket', async () => {
  const ann = await person('ann')
  const socket = Socket.connect({ ...ann.at, url: `${ann.at.url}/elsewhere` }, { token: ann.token })
  const outcome = socket.then(
    () => 'opened',
    () => 'refused',
  )
  const proper = await ann.connect()
  await proper.fence()
  expect(await Promise.race([outcome, Promise.resolve('left alone')])).not.toBe('opened')
})
