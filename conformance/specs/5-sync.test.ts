import { expect, test } from 'vitest'
import type { SyncAnswer } from '../src/contract.ts'
import { comparable, emptyState, foldAll, fromSnapshot } from '../src/fold.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { fill, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { expectContiguous, expectSnapshot } from '../src/shape.ts'

async function sync(reader: Person, roomId: string, query: string): Promise<SyncAnswer> {
  return expectBody(await reader.api.get<SyncAnswer>(roomPath(roomId, `/sync${query}`)), 200)
}

async function syncMany(reader: Person, rooms: readonly object[]): Promise<readonly SyncAnswer[]> {
  const answer = await reader.api.post<{ rooms: SyncAnswer[] }>('/api/sync', { rooms })
  return expectSuccess(answer).rooms
}

function cursorQuery(epoch: string, seq: number): string {
  return `?epoch=${encodeURIComponent(epoch)}&seq=${seq}`
}

test('[P5.sync.1] without cursor a snapshot with all fields of room.snapshot', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 3)
  const answer = await sync(ann, roomId, '')
  if (answer.kind !== 'snapshot') throw new Error(answer.kind)
  expectSnapshot(answer)
  expect(answer).toMatchObject({ roomId, seq: 5, memberCount: 1 })
})

test('[P5.sync.2] with a cursor of the current epoch a delta: epoch, seq, events from seq + 1 on', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 5)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  for (const from of [0, 3, seq]) {
    const answer = await sync(ann, roomId, cursorQuery(epoch, from))
    if (answer.kind !== 'delta') throw new Error(answer.kind)
    expect(answer).toMatchObject({ epoch, seq })
    expect(answer.events.length).toBe(seq - from)
    expectContiguous(answer.events, from + 1)
  }
})

test('[P5.sync.3] another epoch, or a seq ahead of the log: a snapshot', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  for (const query of [cursorQuery('other', 1), cursorQuery(epoch, seq + 1), '?seq=1', `?epoch=${epoch}`]) {
    expect(await sync(ann, roomId, query), query).toMatchObject({ kind: 'snapshot', epoch, seq })
  }
})

test('[P5.sync.4] too far behind: a snapshot', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { delta } = (await ann.connect()).limits
  await fill(ann, roomId, delta - 1)
  const { epoch, seq, messages } = await snapshotOf(ann, roomId)
  expect(seq).toBe(delta + 1)
  expect(messages.length, 'the window is 50 unless told').toBe(50)
  expect((await sync(ann, roomId, cursorQuery(epoch, 1))).kind).toBe('delta')
  expect((await sync(ann, roomId, cursorQuery(epoch, 0))).kind).toBe('snapshot')
})

test('[P5.sync.5] window says how many messages the snapshot brings, clamped; a negative seq counts as 0', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 8)
  for (const [window, size] of [
    [3, 3],
    [0, 1],
    [101, 8],
  ] as const) {
    const snapshot = await snapshotOf(ann, roomId, window)
    expect(snapshot.messages.map(message => message.seq)).toEqual(acks.slice(-size).map(ack => ack.seq))
  }
  const { epoch } = await snapshotOf(ann, roomId)
  expect(await sync(ann, roomId, cursorQuery(epoch, -1))).toMatchObject({ kind: 'delta', seq: 10 })
})

test('[P5.sync.6] a seq or window that is no integer is 400', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  for (const query of ['?epoch=e&seq=x', '?epoch=e&seq=1.5', '?window=x', '?window=1.5']) {
    expectProblem(await ann.api.get(roomPath(roomId, `/sync${query}`)), 400, 'bad_request')
  }
})

test('[P5.sync.7] snapshot and delta lead to the same state', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  await fill(ann, roomId, 4)
  const snapshot = await snapshotOf(bob, roomId, 100)
  await post(bob, roomId, 'one more')
  const delta = await sync(bob, roomId, cursorQuery(snapshot.epoch, 0))
  if (delta.kind !== 'delta') throw new Error(delta.kind)
  const fresh = fromSnapshot(await snapshotOf(bob, roomId, 100))
  expect(comparable(foldAll(emptyState(delta.epoch), delta.events))).toEqual(comparable(fresh))
  const rest = await sync(bob, roomId, cursorQuery(snapshot.epoch, snapshot.seq))
  if (rest.kind !== 'delta') throw new Error(rest.kind)
  expect(comparable(foldAll(fromSnapshot(snapshot), rest.events))).toEqual(comparable(fresh))
})

test('[P5.syncs.1] POST /api/sync answers many rooms at once, in order, each as its own sync would', async () => {
  const ann = await person('ann')
  const [known, fresh] = [await makeRoom(ann), await makeRoom(ann)]
  await fill(ann, known, 2)
  const { epoch } = await snapshotOf(ann, known)
  const rooms = await syncMany(ann, [{ roomId: known, epoch, seq: 2 }, { roomId: fresh }])
  expect(rooms).toMatchObject([
    { roomId: known, kind: 'delta', epoch, seq: 4, events: [{ seq: 3 }, { seq: 4 }] },
    { roomId: fresh, kind: 'snapshot', seq: 2 },
  ])
})

test('[P5.syncs.2] a room that I may not read answers kind error with its code, the others are served', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [mine, foreign] = [await makeRoom(ann), await makeRoom(bob)]
  const rooms = await syncMany(ann, [{ roomId: foreign }, { roomId: mine }, { roomId: 'no-such-room' }])
  expect(rooms).toMatchObject([
    { roomId: foreign, kind: 'error', code: 'not_found' },
    { roomId: mine, kind: 'snapshot' },
    { roomId: 'no-such-room', kind: 'error', code: 'not_found' },
  ])
  const [one, , three] = rooms
  expect(Object.keys(one ?? {})).toEqual(Object.keys(three ?? {}))
})

test('[P5.syncs.3] no rooms, no answers; a body of another shape is 400', async () => {
  const ann = await person('ann')
  expect(await syncMany(ann, [])).toEqual([])
  for (const body of [{}, [], { rooms: 'all' }, { rooms: [7] }, { rooms: [{}] }, { rooms: [{ roomId: 7 }] }]) {
    expectProblem(await ann.api.post('/api/sync', body), 400, 'bad_request')
  }
})

test('[P5.sync.8] a private room of others answers 404, as one that does not exist; a public one is open', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [closed, open] = [await makeRoom(ann), await makeRoom(ann, { type: 'public' })]
  for (const roomId of [closed, 'no-such-room']) {
    expectProblem(await bob.api.get(roomPath(roomId, '/sync')), 404, 'not_found')
  }
  expect((await sync(bob, open, '')).kind).toBe('snapshot')
})

test('[P5.syncs.4] a hundred rooms in one round trip', async () => {
  const ann = await person('ann')
  const ids = await Promise.all(Array.from({ length: 100 }, () => makeRoom(ann)))
  const rooms = await syncMany(
    ann,
    ids.map(roomId => ({ roomId })),
  )
  expect(rooms.map(room => room.roomId)).toEqual(ids)
})
