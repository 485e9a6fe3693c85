import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startApp()
})
afterEach(() => app.close())

const PUBLIC = { id: 'lobby', name: 'Lobby', type: 'public' }
const PRIVATE = { id: 'den', name: 'Den', type: 'private' }

describe('POST /api/rooms', () => {
  test('answers 201 with the room', async () => {
    const body = { ...PUBLIC, topic: 'Hi', metadata: { a: [1] } }
    const answer = await app.call('ann', 'POST', '/api/rooms', body)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      ...body,
      ephemeral: false,
      slowModeMs: 0,
      createdBy: 'ann',
      createdAt: expect.any(Number),
    })
  })

  test('makes an id that nobody guesses where none is given', async () => {
    const ids = new Set<unknown>()
    for (let i = 0; i < 5; i++) {
      const { body } = await app.call('ann', 'POST', '/api/rooms', { name: 'A', type: 'private' })
      expect(body).toMatchObject({ id: expect.stringMatching(/^[\w-]{20}$/) })
      ids.add((body as { id: string }).id)
    }
    expect(ids.size).toBe(5)
  })

  test('an id that is taken is a conflict', async () => {
    await app.call('ann', 'POST', '/api/rooms', PUBLIC)
    expectProblem(await app.call('bob', 'POST', '/api/rooms', PUBLIC), 409, 'conflict')
  })

  test('a direct room of the same people exists once: 201, then 200 with the same room', async () => {
    const first = await app.call('ann', 'POST', '/api/rooms', { type: 'direct', members: ['bob'] })
    const again = await app.call('bob', 'POST', '/api/rooms', { type: 'direct', members: ['ann'] })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
  })

  test.each([
    ['no type', { name: 'A' }],
    ['an unknown type', { name: 'A', type: 'secret' }],
    ['no name', { type: 'public' }],
    ['a blank name', { name: ' ', type: 'public' }],
    ['a name that is too long', { name: 'x'.repeat(201), type: 'public' }],
    ['a name of another type', { name: { $ne: null }, type: 'public' }],
    ['an id with other characters', { ...PUBLIC, id: 'a b' }],
    ['a member that is no userId', { ...PUBLIC, members: [''] }],
    ['metadata that is no object', { ...PUBLIC, metadata: 'x' }],
    ['an array', [PUBLIC]],
    ['a string', '"x"'],
    ['null', 'null'],
  ])('%s is a bad request', async (_what, body) => {
    expectProblem(await app.call('ann', 'POST', '/api/rooms', body), 400, 'bad_request')
  })

  test('members cannot be smuggled in by fields that the body does not have', async () => {
    const body =
      '{"id":"x","name":"X","type":"public","createdBy":"root","seq":9,"role":"owner","__proto__":{"topic":"T"}}'
    const answer = await app.call('ann', 'POST', '/api/rooms', body)
    expect(answer.body).toMatchObject({ createdBy: 'ann', topic: '' })
    expect(({} as { topic?: string }).topic).toBeUndefined()
  })
})

describe('GET /api/rooms', () => {
  test('lists my rooms with what is new in them, newest activity first, page by page', async () => {
    await app.call('ann', 'POST', '/api/rooms', { ...PUBLIC, members: ['bob'] })
    await app.call('ann', 'POST', '/api/rooms', { ...PRIVATE, members: ['bob'] })
    const body = { clientId: 'c1', content: 'Hello @bob', mentions: ['bob'] }
    await app.call('ann', 'POST', '/api/rooms/lobby/messages', body)
    const first = await app.call('bob', 'GET', '/api/rooms?limit=1')
    expect(first.body).toMatchObject({
      rooms: [
        { ...PUBLIC, seq: 4, unread: 1, mentions: 1, lastReadSeq: 3, lastMessage: { content: 'Hello @bob', seq: 4 } },
      ],
      nextCursor: expect.any(String),
    })
    const cursor = encodeURIComponent((first.body as { nextCursor: string }).nextCursor)
    const second = await app.call('bob', 'GET', `/api/rooms?limit=1&cursor=${cursor}`)
    expect(second.body).toMatchObject({
      rooms: [{ id: 'den', unread: 0, mentions: 0, lastMessage: null }],
      nextCursor: null,
    })
  })

  test('discover=true lists public rooms that I may join and am not in, by name', async () => {
    await app.call('ann', 'POST', '/api/rooms', PUBLIC)
    await app.call('ann', 'POST', '/api/rooms', PRIVATE)
    expect((await app.call('bob', 'GET', '/api/rooms?discover=true&q=OBB')).body).toMatchObject({
      rooms: [{ id: 'lobby', memberCount: 1 }],
      nextCursor: null,
    })
    expect((await app.call('bob', 'GET', '/api/rooms?discover=true&q=den')).body).toMatchObject({ rooms: [] })
    expect((await app.call('ann', 'GET', '/api/rooms?discover=true')).body).toMatchObject({ rooms: [] })
  })

  test.each(['x', '1.5', '', 'NaN', '1e3'])('limit=%s is a bad request', async limit => {
    expectProblem(await app.call('ann', 'GET', `/api/rooms?limit=${limit}`), 400, 'bad_request')
  })

  test.each(['0', '-5', '1000000', '9'.repeat(400)])('limit=%s is clamped', async limit => {
    expect((await app.call('ann', 'GET', `/api/rooms?limit=${limit}`)).status).toBe(200)
  })

  test('a cursor that nobody gave out is a bad request', async () => {
    expectProblem(await app.call('ann', 'GET', '/api/rooms?cursor=%00made-up'), 400, 'bad_request')
  })
})

describe('one room', () => {
  test('is read by its members and, when public, by anybody', async () => {
    await app.call('ann', 'POST', '/api/rooms', PUBLIC)
    await app.call('ann', 'POST', '/api/rooms', PRIVATE)
    expect((await app.call('bob', 'GET', '/api/rooms/lobby')).body).toMatchObject({ id: 'lobby', seq: 2 })
    expect((await app.call('ann', 'GET', '/api/rooms/den')).body).toMatchObject({ id: 'den', lastReadSeq: 2 })
  })

  test('PATCH answers 200 with the room, and changes only what it names', async () => {
    await app.call('ann', 'POST', '/api/rooms', { ...PUBLIC, topic: 'Hi' })
    const answer = await app.call('ann', 'PATCH', '/api/rooms/lobby', {
      name: 'Hall',
      slowModeMs: 1e12,
      type: 'private',
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ name: 'Hall', topic: 'Hi', slowModeMs: 21_600_000, type: 'public' })
    expectProblem(await app.call('bob', 'PATCH', '/api/rooms/lobby', { name: 'Bob' }), 403, 'forbidden')
    for (const body of [[], 'null', '7', '"x"', { topic: 7 }]) {
      expectProblem(await app.call('ann', 'PATCH', '/api/rooms/lobby', body), 400, 'bad_request')
    }
  })

  test('DELETE answers 204, and then there is no such room', async () => {
    await app.call('ann', 'POST', '/api/rooms', PUBLIC)
    expectProblem(await app.call('bob', 'DELETE', '/api/rooms/lobby'), 403, 'forbidden')
    const answer = await app.call('ann', 'DELETE', '/api/rooms/lobby')
    expect([answer.status, answer.text]).toEqual([204, ''])
    expectProblem(await app.call('ann', 'GET', '/api/rooms/lobby'), 404, 'not_found')
    expectProblem(await app.call('ann', 'POST', '/api/rooms', PUBLIC), 409, 'conflict')
  })

  test('join answers 200 with the room, leave 204; both again the same', async () => {
    await app.call('ann', 'POST', '/api/rooms', PUBLIC)
    for (let i = 0; i < 2; i++) {
      expect(await app.call('bob', 'POST', '/api/rooms/lobby/join')).toMatchObject({
        status: 200,
        body: { id: 'lobby' },
      })
    }
    for (let i = 0; i < 2; i++) {
      expect((await app.call('bob', 'POST', '/api/rooms/lobby/leave', {})).status).toBe(204)
    }
  })
})

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

describe('a private room of others', () => {
  const CALLS: readonly Call[] = [
    { method: 'GET', path: '' },
    { method: 'PATCH', path: '', body: { name: 'X' } },
    { method: 'DELETE', path: '' },
    { method: 'POST', path: '/join' },
    { method: 'POST', path: '/leave' },
    { method: 'GET', path: '/members' },
    { method: 'PUT', path: '/members/eve', body: {} },
    { method: 'DELETE', path: '/members/ann' },
    { method: 'PUT', path: '/bans/ann', body: {} },
    { method: 'DELETE', path: '/bans/ann' },
    { method: 'PUT', path: '/mutes/ann', body: {} },
    { method: 'DELETE', path: '/mutes/ann' },
    { method: 'GET', path: '/messages' },
    { method: 'GET', path: '/messages?around=0190aaaa-0000-7000-8000-000000000000' },
    { method: 'POST', path: '/messages', body: { clientId: 'c', content: 'x' } },
    { method: 'PATCH', path: '/messages/0190aaaa-0000-7000-8000-000000000000', body: { content: 'x' } },
    { method: 'DELETE', path: '/messages/0190aaaa-0000-7000-8000-000000000000' },
    { method: 'GET', path: '/sync' },
    { method: 'PUT', path: '/read', body: { seq: 1 } },
  ]

  test.each(CALLS)(
    '$method $path answers exactly as for a room that does not exist',
    async ({ method, path, body }) => {
      await app.call('ann', 'POST', '/api/rooms', PRIVATE)
      const hidden = await app.call('eve', method, `/api/rooms/den${path}`, body)
      const missing = await app.call('eve', method, `/api/rooms/non${path}`, body)
      const impossible = await app.call('eve', method, `/api/rooms/${encodeURIComponent('no room!')}${path}`, body)
      expectProblem(hidden, 404, 'not_found')
      expect(missing.text).toBe(hidden.text)
      expect(impossible.text).toBe(hidden.text)
      const shape = (headers: Headers) => [...headers].filter(([name]) => name !== 'date')
      expect(shape(missing.headers)).toEqual(shape(hidden.headers))
    },
  )
})
