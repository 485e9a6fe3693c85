import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { startApp } from '../http/test-app.ts'
import { SEED } from '../support/fuzz-seed.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { MeasuredServer } from './measured.ts'
import { changedBytes, changedValues } from './mutations.ts'
import { REAL_CALLS, type RealCall } from './routes.ts'

/** A failure prints the seed with which it comes again; `FUZZ_SEED=any` draws others (see `fuzz-seed.ts`). */
const RUNS = 1_000
/** What is said of a run that has drawn too little. */
const FROM = `drawn from FUZZ_SEED=${SEED}`
const QUEUE_BYTES = 1_048_576
const NOISE = 12 * 1_048_576
const NOT_BUILT = 501

/** A request as it goes out. */
interface Call {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array | undefined
  readonly type: string
}

/** The room that a call is about, and a message of it. */
interface Place {
  readonly id: string
  readonly messageId: string
}

/** Parts of a path as they stand in it, whatever they are. */
const SEGMENTS = [
  '%00',
  '%ff',
  '%zz',
  '%c0%af',
  '..',
  '%2e%2e',
  '__proto__',
  'constructor',
  '%F0%9F%9A%A2',
  '-1',
  '%2F',
  'x'.repeat(500),
]
const TYPES = [
  'application/json',
  'application/json;charset=utf-16',
  'text/plain',
  'multipart/form-data',
  '',
  'application/x+json',
]

const segment = fc.option(fc.oneof(fc.constantFrom(...SEGMENTS), fc.webSegment()), { freq: 5 })
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer().map(String),
  fc.constantFrom('1e9', '-1', '0x1', '9'.repeat(400), 'NaN'),
)
const queryName = fc.constantFrom(
  'cursor',
  'limit',
  'around',
  'after',
  'epoch',
  'seq',
  'window',
  'q',
  'discover',
  'users',
  'since',
  '__proto__',
)
const strange = fc.record({
  segment,
  more: fc.dictionary(queryName, value, { maxKeys: 3 }),
  type: fc.constantFrom('application/json', 'application/json', 'application/json', ...TYPES),
})
type Strange = typeof strange extends fc.Arbitrary<infer T> ? T : never

/** One place of a path, put `segment` in place of what stands there when there is one. */
function pathOf({ route, params = {}, query = {} }: RealCall, place: Place, { segment, more }: Strange): string {
  const values: Readonly<Record<string, string>> = { id: place.id, messageId: place.messageId, ...params }
  const names = [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const changed = segment === null ? -1 : segment.length % Math.max(1, names.length)
  const path = names.reduce(
    (text, name, i) => text.replace(`:${name}`, (i === changed && segment) || encodeURIComponent(values[name] ?? '')),
    route,
  )
  const pairs = Object.entries({ ...query, ...more }).map(
    ([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`,
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

const AS_IT_IS: Strange = { segment: null, more: {}, type: 'application/json' }

describe('[fuzz] HTTP', () => {
  let server: MeasuredServer
  let neighbour: RawClient
  let token: string
  let rooms = 0
  beforeAll(async () => {
    server = await MeasuredServer.start(QUEUE_BYTES)
    token = await tokenFor('eve')
    neighbour = await RawClient.open(server.url, await tokenFor('ann'))
  })
  afterAll(async () => {
    neighbour.terminate()
    await server.close()
  })

  /** A new room of eve's with a message, in which every real call succeeds. */
  async function newPlace(): Promise<Place> {
    const id = `lab-${++rooms}`
    await server.call('eve', 'POST', '/api/rooms', { id, name: id, type: 'public', members: ['ben'] })
    const { body } = await server.call('eve', 'POST', `/api/rooms/${id}/messages`, {
      clientId: 'first',
      content: 'First',
    })
    return { id, messageId: (body as { messageId: string }).messageId }
  }

  async function answerTo({ method, path, body, type }: Call): Promise<{ status: number; text: string; type: string }> {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(body !== undefined && method !== 'GET' && { body: new Uint8Array(body) }),
    })
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' }
  }

  test('the calls are those of every route that the server has', async () => {
    const app = await startApp()
    const routes = createApp(app.deps).routes.filter(({ method }) => method !== 'ALL')
    const all = new Set(routes.map(({ method, path }) => `${method} ${path}`))
    expect([...new Set(REAL_CALLS.map(({ method, route }) => `${method} ${route}`))].sort()).toEqual([...all].sort())
    await app.close()
  })

  test.each(REAL_CALLS)('$method $route succeeds as it is: what is made wrong in it was right', async call => {
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body))
    const path = pathOf(call, await newPlace(), AS_IT_IS)
    const answer = await answerTo({ method: call.method, path, body, type: 'application/json' })
    expect(answer.status, answer.text).toBe(call.status ?? 200)
  })

  test('every call with its path, query, fields, types, lengths and bytes changed is answered by the contract', async () => {
    const { live } = await server.footprint()
    const answered = new Map<string, Set<number>>()
    const bodies = REAL_CALLS.flatMap(({ body }) => (body === undefined ? [] : [body]))
    const others = changedValues(bodies)
    const calls = fc.constantFrom(...REAL_CALLS).chain(call => {
      const own = call.body === undefined ? others : changedValues([call.body])
      const written = fc
        .oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: others })
        .map(value => Buffer.from(JSON.stringify(value)))
      const body = fc.oneof({ weight: 4, arbitrary: written }, { weight: 1, arbitrary: changedBytes(written, 3) })
      return fc.record({ call: fc.constant(call), body, strange })
    })
    await fc.assert(
      fc.asyncProperty(calls, async ({ call, body, strange }) => {
        const { method, route } = call
        const path = pathOf(call, await newPlace(), strange)
        const { status, text, type } = await answerTo({ method, path, body, type: strange.type })
        answered.set(`${method} ${route}`, (answered.get(`${method} ${route}`) ?? new Set()).add(status))
        expect(status < 500 || (status === NOT_BUILT && call.status === NOT_BUILT), `${status} ${text}`).toBe(true)
        if (status < 400) return
        expect(type).toBe('application/problem+json')
        expect(text.length).toBeLessThan(1_000)
        expect(JSON.parse(text)).toMatchObject({
          status,
          code: expect.any(String),
          detail: expect.stringMatching(/^unable to/),
        })
      }),
      { seed: SEED, numRuns: RUNS },
    )
    // Not vacuous: each route was asked, and most take some of it and refuse some.
    expect(answered.size, FROM).toBe(new Set(REAL_CALLS.map(({ method, route }) => `${method} ${route}`)).size)
    const both = [...answered.values()].filter(
      statuses => [...statuses].some(s => s < 300) && [...statuses].some(s => s >= 400),
    )
    expect(both.length, FROM).toBeGreaterThan(answered.size / 3)
    await neighbour.fence()
    const after = await server.footprintWhen(footprint => footprint.live - live < NOISE)
    expect(after.faults).toEqual([])
    expect(after.live - live).toBeLessThan(NOISE)
  })
})
