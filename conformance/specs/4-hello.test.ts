import { expect, test } from 'vitest'
import { expectBody } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { fill, makeRoom, snapshotOf } from '../src/rooms.ts'
import { expectContiguous, expectSnapshot, expectTime } from '../src/shape.ts'
import { Socket } from '../src/socket.ts'

const HELLO = { type: 'session.hello', protocol: 1, client: { name: 'c', version: '1' } }

test('[P4.hello.1] session.welcome has every stated field', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const welcome = await socket.hello({ client: { name: 'c', version: '1', platform: 'node', device: 'd1' } })
  expect(welcome.userId).toBe(ann.id)
  expect(welcome.sessionId).toBeTypeOf('string')
  expect(welcome.node).toBeTypeOf('string')
  expectTime(welcome.serverTime)
  expect(Number.isInteger(welcome.heartbeatMs) && welcome.heartbeatMs > 0).toBe(true)
  for (const key of ['frameBytes', 'contentBytes', 'window', 'delta'] as const) {
    expect(Number.isInteger(welcome.limits[key]) && welcome.limits[key] > 0, key).toBe(true)
  }
  expect(welcome.limits.sendRate).toBeTypeOf('number')
})

test('[P4.hello.2] the limits are the stated defaults', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const { limits } = await socket.hello()
  expect(limits).toMatchObject({ frameBytes: 65_536, contentBytes: 8192, window: 100, delta: 1000 })
})

test('[P4.hello.3] two sessions have two ids', async () => {
  const ann = await person('ann')
  const sockets = await Promise.all([1, 2].map(() => Socket.connect(ann.at, { token: ann.token })))
  const ids = await Promise.all(sockets.map(async socket => (await socket.hello()).sessionId))
  expect(new Set(ids).size).toBe(2)
})

test.each([{ type: 'ping' }, { type: 'room.open', roomId: 'r', ref: 'r' }, { type: 'no.such.command' }])(
  '[P4.hello.4] session.hello must be the first frame, $type closes with 4500',
  async frame => {
    const ann = await person('ann')
    const socket = await Socket.connect(ann.at, { token: ann.token })
    socket.send(frame)
    expect((await socket.closes()).code).toBe(4500)
  },
)

test.each([0, 2, 99])('[P4.hello.5] protocol %s closes with 4505', async protocol => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  socket.send({ ...HELLO, protocol })
  expect((await socket.closes()).code).toBe(4505)
})

test('[P4.hello.6] a second session.hello gets bad_request, and the session lives on', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  socket.send(HELLO)
  expect(await socket.next('error')).toMatchObject({ code: 'bad_request', retryable: false })
  await socket.fence()
})

test('[P4.hello.7] each room named is opened as by room.open: with cursor events, without one a snapshot', async () => {
  const ann = await person('ann')
  const [known, fresh] = [await makeRoom(ann), await makeRoom(ann)]
  const { epoch, seq } = await snapshotOf(ann, known)
  await fill(ann, known, 3)
  const socket = await Socket.connect(ann.at, { token: ann.token })
  await socket.hello({ rooms: [{ roomId: known, epoch, seq }, { roomId: fresh }] })
  expect(await socket.next('room.live', frame => frame.roomId === known)).toMatchObject({ epoch, seq: seq + 3 })
  await socket.next('room.live', frame => frame.roomId === fresh)
  const snapshots = socket.log.filter(frame => frame.type === 'room.snapshot')
  expect(snapshots.map(frame => frame.roomId)).toEqual([fresh])
  for (const snapshot of snapshots) expectSnapshot(snapshot)
  expectContiguous(socket.events(known), seq + 1)
  expect(socket.log[0]?.type, 'welcome comes first').toBe('session.welcome')
})

test('[P4.hello.8] a room that cannot be opened gets an error with its roomId, the others open', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [mine, foreign] = [await makeRoom(ann), await makeRoom(bob)]
  const socket = await Socket.connect(ann.at, { token: ann.token })
  await socket.hello({ rooms: [{ roomId: foreign }, { roomId: 'no-such-room' }, { roomId: mine }] })
  await socket.next('room.live', frame => frame.roomId === mine)
  for (const roomId of [foreign, 'no-such-room']) {
    expect(await socket.next('error', frame => frame.roomId === roomId)).toMatchObject({ code: 'not_found' })
  }
})

test('[P4.hello.9] rooms opened by hello are live', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await Socket.connect(ann.at, { token: ann.token })
  await socket.hello({ rooms: [{ roomId }] })
  const { seq } = await socket.next('room.live')
  await fill(ann, roomId, 2)
  await socket.reaches(roomId, seq + 2)
  expectContiguous(socket.events(roomId), seq + 1)
})

test('[P4.hello.10] a hello over 100 rooms opens them all', async () => {
  const ann = await person('ann')
  const ids = await Promise.all(Array.from({ length: 100 }, () => makeRoom(ann)))
  const socket = await Socket.connect(ann.at, { token: ann.token })
  await socket.hello({ rooms: ids.map(roomId => ({ roomId })) })
  for (const roomId of ids) await socket.next('room.live', frame => frame.roomId === roomId)
  expectBody(await ann.api.get('/api/rooms'), 200)
})
