import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAddressLimit } from '../../src/auth/address-limit.ts'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import type { LogFields } from '../../src/observe/logger.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { signToken } from './sign-token.ts'
import { type Answer, expectProblem, SECRET, startApp, type TestApp } from './test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startApp()
})
afterEach(() => app.close())

const ROOM = { name: 'A', type: 'public' }
const make = (body: unknown, headers?: Record<string, string>) => app.call('ann', 'POST', '/api/rooms', body, headers)

describe('bodies', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('content-type %j is 415', async type =>
    expectProblem(await make(ROOM, { 'content-type': type }), 415, 'bad_request'),
  )

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
  ])('content-type %j is taken', async type => expect((await make(ROOM, { 'content-type': type })).status).toBe(201))

  test.each(['{', '', '{"name":"A","type":"public"', "{'a':1}", 'undefined', '\u0000', '[1,]'])(
    '%j is a bad request',
    async text => {
      expectProblem(await make(text), 400, 'bad_request')
    },
  )

  test('text that is not UTF-8 is a bad request', async () => {
    const response = await fetch(`${app.url}/api/rooms`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await signToken({ sub: 'ann' }, SECRET)}`,
      },
      body: Buffer.from('{"name":"\xff","type":"public"}', 'latin1'),
    })
    expect(response.status).toBe(400)
  })

  test('nesting without end is a bad request and harms nobody', async () => {
    expectProblem(await make(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), 400, 'bad_request')
    expect((await make(ROOM)).status).toBe(201)
  })

  test('a body over the limit is 413, by its stated length and by what comes', async () => {
    expectProblem(await make({ ...ROOM, x: 'x'.repeat(65_536) }), 413, 'too_large')
    expect((await make(JSON.stringify({ ...ROOM, x: '' }).padEnd(65_536))).status).toBe(201)
    const { status, sent } = await upload(app.url, 64 * 1024 * 1024)
    expect(status).toBe(413)
    expect(sent).toBeLessThan(16 * 1024 * 1024)
    expect((await make(ROOM)).status).toBe(201)
  })
})

test('a body that breaks off is logged as nobody’s fault, and the server goes on', async () => {
  const logged: LogFields[] = []
  const logger = { ...silentLogger, error: (fields: LogFields) => logged.push(fields) }
  const watched = await startApp({ logger })
  const authorization = `Bearer ${await signToken({ sub: 'ann' }, SECRET)}`
  for (const length of [{ 'content-length': '100' }, { 'transfer-encoding': 'chunked' }]) {
    const headers = { 'content-type': 'application/json', authorization, ...length }
    const broken = request(`${watched.url}/api/rooms`, { method: 'POST', headers })
    broken.on('error', () => {})
    await new Promise<void>(resolve => broken.write('{"name":', () => resolve()))
    broken.destroy()
  }
  const counted = 'route="/api/rooms",method="POST",status="400"} 2'
  while (!(await watched.call(null, 'GET', '/metrics')).text.includes(counted)) await new Promise(setImmediate)
  expect(logged).toEqual([])
  await watched.close()
})

/** Sends a body without stated length as long as the server takes it; resolves with its answer and how much was sent until then. */
async function upload(url: string, bytes: number): Promise<{ status: number; sent: number }> {
  const authorization = `Bearer ${await signToken({ sub: 'ann' }, SECRET)}`
  return new Promise((resolve, reject) => {
    let sent = 0
    let isAnswered = false
    const upload = request(`${url}/api/rooms`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
    })
    upload.on('response', response => {
      isAnswered = true
      resolve({ status: response.statusCode ?? 0, sent })
      upload.destroy()
    })
    upload.on('error', error => isAnswered || reject(error))
    const chunk = Buffer.alloc(65_536, 0x20)
    const write = (): void => {
      while (!isAnswered && sent < bytes) {
        sent += chunk.length
        if (!upload.write(chunk)) {
          upload.once('drain', write)
          return
        }
      }
      if (!isAnswered) upload.end()
    }
    write()
  })
}

describe('who asks', () => {
  test.each([undefined, 'Bearer', 'Bearer x', 'Basic eDp5', 'token'])(
    'Authorization %j is 401 with a challenge',
    async header => {
      const answer = await app.call(
        null,
        'GET',
        '/api/rooms',
        undefined,
        header === undefined ? {} : { authorization: header },
      )
      expectProblem(answer, 401, 'unauthorized')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    },
  )

  test('a token in the query is none', async () => {
    const token = await signToken({ sub: 'ann' }, SECRET)
    for (const name of ['token', 'access_token', 'ticket']) {
      expectProblem(await app.call(null, 'GET', `/api/rooms?${name}=${token}`), 401, 'unauthorized')
    }
  })

  test('bad tokens from one address end in 429; good ones from there go on', async () => {
    const limited = await startApp({ addressLimit: createAddressLimit() })
    const bad = () =>
      limited.call(null, 'GET', '/api/rooms', undefined, {
        authorization: 'Bearer x',
        'x-forwarded-for': String(Math.random()),
      })
    let answer: Answer = await bad()
    for (let i = 0; i < 60; i++) answer = await bad()
    expectProblem(answer, 429, 'rate_limited')
    expect(answer.body).toMatchObject({ retryable: true, retryAfterMs: expect.any(Number) })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await limited.call('ann', 'GET', '/api/rooms')).status).toBe(200)
    await limited.close()
  })

  test('expired tokens are 401 however many come: a whole office’s may expire at once', async () => {
    const limited = await startApp({ addressLimit: createAddressLimit() })
    const authorization = `Bearer ${await signToken({ sub: 'ann', exp: 1 }, SECRET)}`
    for (let i = 0; i < 70; i++) {
      expectProblem(await limited.call(null, 'GET', '/api/rooms', undefined, { authorization }), 401, 'unauthorized')
    }
    await limited.close()
  })
})

describe('pages of other origins', () => {
  const from = (origin: string, method: string, extra = {}) =>
    app.call('ann', method, '/api/rooms', method === 'POST' ? ROOM : undefined, { origin, ...extra })

  test('of an allowed one are answered, named exactly and without cookies', async () => {
    const answer = await from('https://app.example.com', 'POST')
    expect(answer.status).toBe(201)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('vary')).toContain('origin')
  })

  test('get their errors too', async () => {
    const answer = await app.call(null, 'GET', '/api/rooms', undefined, { origin: 'https://app.example.com' })
    expectProblem(answer, 401, 'unauthorized')
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  test('ask before they change something, and are told what they may', async () => {
    const headers = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' }
    const answer = await app.call(null, 'OPTIONS', '/api/rooms/x', undefined, {
      origin: 'https://app.example.com',
      ...headers,
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization')
  })

  test.each(['https://evil.example', 'null', 'https://app.example.com.evil.example', 'http://app.example.com'])(
    'of %s may change nothing, and cannot read what they get',
    async origin => {
      expectProblem(await from(origin, 'POST'), 403, 'forbidden')
      expectProblem(await from(origin, 'POST', { 'content-type': 'text/plain' }), 403, 'forbidden')
      expectProblem(await app.call(null, 'OPTIONS', '/api/rooms', undefined, { origin }), 403, 'forbidden')
      expectProblem(await app.call(null, 'POST', '/api/auth/guest', { name: 'x' }, { origin }), 403, 'forbidden')
      const read = await from(origin, 'GET')
      expect(read.headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  test('of the server itself need no list', async () => {
    expect((await from(app.url, 'POST')).status).toBe(201)
  })
})

describe('answers', () => {
  test('of the API are stored nowhere and sniffed by nobody', async () => {
    for (const path of ['/api/rooms', '/api/none', '/api/rooms/none', '/readyz', '/metrics', '/none']) {
      const { headers } = await app.call('ann', 'GET', path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('for addresses and methods that are none are 404 problems', async () => {
    expectProblem(await app.call('ann', 'GET', '/api/none'), 404, 'not_found')
    expectProblem(await app.call('ann', 'PUT', '/api/rooms', {}), 404, 'not_found')
    expectProblem(await app.call(null, 'GET', '/none'), 404, 'not_found')
    expectProblem(await app.call('ann', 'GET', '/api/rooms/%E0%A4%A'), 404, 'not_found')
  })

  test.each([
    ['GET', '/api/events?rooms=a'],
    ['POST', '/api/poll'],
    ['GET', '/api/search?q=x'],
    ['POST', '/api/uploads'],
    ['GET', '/api/files/x'],
  ])('%s %s is unsupported, for those who may ask', async (method, path) => {
    expectProblem(await app.call('ann', method, path), 501, 'unsupported')
    expectProblem(await app.call(null, method, path), 401, 'unauthorized')
  })

  test('at the address of the socket, plain HTTP is told to upgrade', async () => {
    expectProblem(await app.call('ann', 'GET', '/api/socket'), 426, 'bad_request')
  })

  test('a store that is away is 503, to be tried again', async () => {
    const answer = await whenRoomsFail(new StoreUnavailable('list rooms', new Error('SQLITE_IOERR at /var/secret')))
    expectProblem(answer, 503, 'unavailable')
    expect(answer.text).not.toContain('secret')
  })

  test('an error that nobody foresaw is 500 and tells nothing of itself, but is logged', async () => {
    const logged: LogFields[] = []
    const logger = { ...silentLogger, error: (fields: LogFields) => logged.push(fields) }
    const answer = await whenRoomsFail(new Error('secret detail'), logger)
    expectProblem(answer, 500, 'unavailable')
    expect(answer.text).not.toContain('secret')
    expect(logged).toMatchObject([{ err: { message: 'secret detail' } }])
  })
})

async function whenRoomsFail(error: Error, logger = silentLogger): Promise<Answer> {
  const rooms = () => Promise.reject(error)
  const failing = await startApp({ log: { ...app.deps.log, rooms } as unknown as typeof app.deps.log, logger })
  const answer = await failing.call('ann', 'GET', '/api/rooms')
  await failing.close()
  return answer
}

test('all of it may live below a path', async () => {
  const below = await startApp({ basePath: '/chat' })
  expect((await below.call(null, 'GET', '/chat/healthz')).status).toBe(200)
  expect((await below.call('ann', 'POST', '/chat/api/rooms', ROOM)).status).toBe(201)
  expectProblem(await below.call('ann', 'GET', '/api/rooms'), 404, 'not_found')
  await below.close()
})
