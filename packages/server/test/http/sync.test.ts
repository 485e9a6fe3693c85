import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp
let epoch: string

beforeEach(async () => {
  app = await startApp()
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public' })
  await app.call('ann', 'POST', '/api/rooms', { id: 'den', name: 'Den', type: 'private' })
  for (let i = 0; i < 3; i++)
    await app.call('ann', 'POST', '/api/rooms/lobby/messages', { clientId: `c${i}`, content: `m${i}` })
  epoch = ((await app.call('ann', 'GET', '/api/rooms/lobby/sync')).body as { epoch: string }).epoch
})
afterEach(() => app.close())

describe('GET /api/rooms/:id/sync', () => {
  const sync = (query: string) => app.call('ann', 'GET', `/api/rooms/lobby/sync${query}`)

  test('without a cursor: a snapshot of the latest window', async () => {
    expect((await sync('?window=2')).body).toMatchObject({
      kind: 'snapshot',
      roomId: 'lobby',
      epoch,
      seq: 5,
      room: { id: 'lobby' },
      members: [{ userId: 'ann' }],
      memberCount: 1,
      messages: [{ content: 'm1' }, { content: 'm2' }],
      reads: {},
      lastReadSeq: 2,
      unread: 0,
      hasMore: true,
      nextCursor: expect.any(String),
    })
  })

  test('with the current epoch: the events since, and nothing else', async () => {
    const answer = await sync(`?epoch=${encodeURIComponent(epoch)}&seq=3`)
    expect(answer.body).toEqual({
      kind: 'delta',
      epoch,
      seq: 5,
      events: [expect.objectContaining({ seq: 4 }), expect.objectContaining({ seq: 5 })],
    })
  })

  test.each(['?epoch=other&seq=3', '?seq=3', '?epoch=only', '?seq=3&window=1000', '?window=-1'])(
    '%s is a snapshot',
    async query => expect((await sync(query)).body).toMatchObject({ kind: 'snapshot' }),
  )

  test.each(['?seq=x&epoch=e', '?window=1.5', '?seq='])('%s is a bad request', async query =>
    expectProblem(await sync(query), 400, 'bad_request'),
  )
})

describe('POST /api/sync', () => {
  const sync = (userId: string, rooms: unknown) => app.call(userId, 'POST', '/api/sync', { rooms })

  test('answers each room in its place: delta, snapshot, or an error that spares the others', async () => {
    const answer = await sync('bob', [
      { roomId: 'lobby', epoch, seq: 4 },
      { roomId: 'den' },
      { roomId: 'none' },
      { roomId: 'lobby' },
    ])
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body).toEqual({
      rooms: [
        { roomId: 'lobby', kind: 'delta', epoch, seq: 5, events: [expect.objectContaining({ seq: 5 })] },
        { roomId: 'den', kind: 'error', code: 'not_found' },
        { roomId: 'none', kind: 'error', code: 'not_found' },
        expect.objectContaining({ roomId: 'lobby', kind: 'snapshot', seq: 5, memberCount: 1 }),
      ],
    })
  })

  test('a thousand rooms with the longest ids are answered in order; one more is refused', async () => {
    const rooms = Array.from({ length: 1_000 }, (_, i) => ({
      roomId: String(i).padStart(64, 'x'),
      epoch: 'e'.repeat(36),
      seq: Number.MAX_SAFE_INTEGER,
    }))
    const { body } = await sync('ann', rooms)
    expect(body).toEqual({ rooms: rooms.map(({ roomId }) => ({ roomId, kind: 'error', code: 'not_found' })) })
    expectProblem(await sync('ann', [...rooms, rooms[0]]), 400, 'bad_request')
  })

  test('no rooms is an empty list', async () => {
    expect((await sync('ann', [])).body).toEqual({ rooms: [] })
  })

  test.each(
    [null, {}, 'lobby', [{ roomId: 7 }], [{}], ['lobby'], [{ roomId: 'a', seq: 1.5 }]].map(rooms => ({ rooms })),
  )('$rooms is a bad request', async ({ rooms }) => expectProblem(await sync('ann', rooms), 400, 'bad_request'))

  test('a store that fails half-way is told per room, and one room is read at a time', async () => {
    let [reading, most] = [0, 0]
    const log = {
      ...app.deps.log,
      open: async () => {
        most = Math.max(most, ++reading)
        await new Promise(resolve => setImmediate(resolve))
        reading--
        throw new StoreUnavailable('open the room', null)
      },
    } as unknown as typeof app.deps.log
    const failing = await startApp({ log })
    const rooms = Array.from({ length: 30 }, (_, i) => ({ roomId: `r${i}` }))
    const { body } = await failing.call('ann', 'POST', '/api/sync', { rooms })
    expect(body).toEqual({ rooms: rooms.map(({ roomId }) => ({ roomId, kind: 'error', code: 'unavailable' })) })
    expect(most).toBe(1)
    await failing.close()
  })
})

describe('[sync] one call for a thousand rooms', () => {
  /** What it takes: how often the log was read, and how many rooms were read without anyone else having a turn. */
  async function cost(rooms: readonly object[]) {
    let [reads, inOneTurn, most] = [0, 0, 0]
    const { log } = app.deps
    const open: typeof log.open = request => {
      reads++
      most = Math.max(most, ++inOneTurn)
      setImmediate(() => {
        inOneTurn = 0
      })
      return log.open(request)
    }
    const counting = await startApp({
      log: new Proxy(log, { get: (_, name) => (name === 'open' ? open : bound(log, name)) }),
    })
    const { body } = await counting.call('ann', 'POST', '/api/sync', { rooms })
    await counting.close()
    return { reads, most, answers: (body as { rooms: { roomId: string; kind: string }[] }).rooms }
  }

  test('the same room is answered wherever it is named, and read once', async () => {
    const { reads, answers } = await cost(Array.from({ length: 1_000 }, () => ({ roomId: 'lobby' })))
    expect(answers).toHaveLength(1_000)
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ roomId: 'lobby', kind: 'snapshot', seq: 5 })
    expect(reads).toBe(1)
  })

  test('another cursor is another question', async () => {
    const { answers } = await cost([
      { roomId: 'lobby', epoch, seq: 4 },
      { roomId: 'lobby', epoch, seq: 3 },
      { roomId: 'lobby' },
    ])
    expect(answers).toMatchObject([
      { events: [{ seq: 5 }] },
      { events: [{ seq: 4 }, { seq: 5 }] },
      { kind: 'snapshot' },
    ])
  })

  test('others have their turn between any two rooms', async () => {
    const { reads, most } = await cost(Array.from({ length: 1_000 }, (_, i) => ({ roomId: `r${i}` })))
    expect(reads).toBe(1_000)
    expect(most).toBeLessThanOrEqual(2)
  })
})

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}

test('PUT /api/rooms/:id/read answers where the position stands: never back, never past the end', async () => {
  await app.call('bob', 'POST', '/api/rooms/lobby/join')
  const read = (seq: unknown) => app.call('bob', 'PUT', '/api/rooms/lobby/read', { seq })
  expect((await read(2)).body).toEqual({ lastReadSeq: 6, readRevision: 0 })
  await app.call('ann', 'POST', '/api/rooms/lobby/messages', { clientId: 'c9', content: 'm9' })
  expect((await read(9_999)).body).toEqual({ lastReadSeq: 7, readRevision: 0 })
  expect((await read(-1)).body).toEqual({ lastReadSeq: 7, readRevision: 0 })
  for (const seq of ['7', 1.5, null, undefined]) expectProblem(await read(seq), 400, 'bad_request')
})
