import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import { expectProblem } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { markRead, unreadOf } from '../src/reading.ts'
import { commands, fill, history, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { readsIn } from '../src/signals.ts'

test('[P4.read.1] room.read moves the position and has no answer', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const last = (await fill(ann, roomId, 3)).at(-1)?.seq ?? 0
  const socket = await bob.connect()
  const before = socket.log.length
  socket.send({ type: 'room.read', roomId, seq: last })
  const done = async () => ((await snapshotOf(bob, roomId)).lastReadSeq === last ? true : undefined)
  await eventually(done, 'the read position to move')
  await socket.fence()
  expect(socket.log.slice(before).map(frame => frame.type)).not.toContain('ok')
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 0, lastReadSeq: last })
})

test('[P4.read.2] the position is monotonic: a lower seq changes nothing', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 4)
  const seq = acks[2]?.seq ?? 0
  await markRead(bob, roomId, seq)
  for (const lower of [seq - 1, 1, 0, -7]) await markRead(bob, roomId, lower)
  const socket = await bob.connect()
  for (const lower of [1, -7]) socket.send({ type: 'room.read', ref: 'r', roomId, seq: lower })
  await socket.fence()
  expect(socket.log.filter(frame => frame.type === 'error')).toEqual([])
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 1, lastReadSeq: seq })
})

test('[P4.read.3] a position beyond the log’s end counts as its end', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'latest')
  for (const beyond of [1_000_000, 1e308]) await markRead(bob, roomId, beyond)
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 0, lastReadSeq: seq })
  await post(ann, roomId, 'newer')
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 1, lastReadSeq: seq })
})

test('[P4.read.4] a reads frame tells the readers of the room of changed positions', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  const [watcher, reader] = [await ann.connect(), await bob.connect()]
  await watcher.open(roomId)
  reader.send({ type: 'room.read', roomId, seq })
  const frame = await watcher.next('reads', one => one.roomId === roomId && bob.id in one.reads)
  expect(frame.reads).toEqual({ [bob.id]: seq })
  expect((await snapshotOf(ann, roomId)).reads).toMatchObject({ [bob.id]: seq })
})

test('[P4.read.5] a position set over HTTP reaches the readers too', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  const watcher = await ann.connect()
  await watcher.open(roomId)
  await markRead(bob, roomId, seq)
  await watcher.next('reads', one => one.roomId === roomId && one.reads[bob.id] === seq)
})

test('[P4.read.6] a read position is no event: it takes no seq', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  await markRead(bob, roomId, seq)
  expect((await history(ann, roomId)).seq).toBe(seq)
})

test('[P4.read.7] the position of a room that one may not read is refused', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann)
  for (const id of [roomId, 'no-such-room']) {
    expectProblem(await bob.api.put(roomPath(id, '/read'), { seq: 1 }), 404, 'not_found')
  }
})

test('[P4.read.8] over HTTP a seq that is no integer is bad_request', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  for (const seq of [1.5, '1', null, undefined]) {
    expectProblem(await ann.api.put(roomPath(roomId, '/read'), { seq }), 400, 'bad_request')
  }
})

test('[P4.read.9] the own position reaches the other sessions of the reader', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  const [phone, desk] = [await bob.connect(), await bob.connect()]
  await desk.open(roomId)
  phone.send({ type: 'room.read', roomId, seq })
  await desk.next('reads', frame => frame.roomId === roomId && frame.reads[bob.id] === seq)
})

test('[P4.read.10] positions sent in any order, from several sessions at once, only ever grow', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 40)
  const [watcher, phone, desk] = [await ann.connect(), await bob.connect(), await bob.connect()]
  await watcher.open(roomId)
  for (const [at, ack] of acks.entries()) {
    const { seq } = acks[(at * 17) % acks.length] ?? ack
    const sender = at % 2 === 0 ? phone : desk
    sender.send({ type: 'room.read', roomId, seq })
  }
  const last = acks.at(-1)?.seq ?? 0
  await watcher.next('reads', frame => frame.roomId === roomId && frame.reads[bob.id] === last)
  const told = readsIn(watcher, roomId).flatMap(reads => reads[bob.id] ?? [])
  expect(told).toEqual([...new Set(told)].sort((a, b) => a - b))
  expect((await unreadOf(bob, roomId)).lastReadSeq).toBe(last)
})

test('[P4.read.11] changes only: a position that changes nothing is not told', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const acks = await fill(ann, roomId, 3)
  const [low = 0, high = 0] = [acks[0]?.seq, acks[1]?.seq]
  const watcher = await ann.connect()
  await watcher.open(roomId)
  await markRead(bob, roomId, high)
  await watcher.next('reads', frame => frame.reads[bob.id] === high)
  const from = watcher.log.length
  for (const seq of [low, high, 0]) await markRead(bob, roomId, seq)
  await markRead(cy, roomId, low)
  await watcher.next('reads', frame => frame.reads[cy.id] === low)
  expect(readsIn(watcher, roomId, from)).toEqual([{ [cy.id]: low }])
})

test('[P4.read.12] a stranger has no position: nothing is stored and nobody is told', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { type: 'public', members: [cy] })
  const { seq } = await post(ann, roomId, 'read me')
  const [watcher, stranger] = [await ann.connect(), await bob.connect()]
  await watcher.open(roomId)
  await stranger.open(roomId)
  stranger.send({ type: 'room.read', roomId, seq })
  await stranger.fence()
  await markRead(cy, roomId, seq)
  await watcher.next('reads', frame => frame.reads[cy.id] === seq)
  expect(JSON.stringify(readsIn(watcher, roomId))).not.toContain(bob.id)
  expect(Object.keys((await snapshotOf(ann, roomId)).reads)).not.toContain(bob.id)
})

test('[P4.read.13] a frame of several rooms’ positions moves each', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const rooms = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann, { members: [bob] })]
  const frames = []
  for (const roomId of rooms) frames.push({ type: 'room.read', roomId, seq: (await post(ann, roomId, 'hello')).seq })
  expect(await commands(bob, [...frames, { type: 'ping', n: 1 }])).toEqual([{ type: 'pong', n: 1 }])
  for (const { roomId, seq } of frames) expect(await unreadOf(bob, roomId)).toEqual({ unread: 0, lastReadSeq: seq })
})

test('[P4.read.14] who has no room open is told of no position', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  const [open, closed] = [await ann.connect(), await ann.connect()]
  await open.open(roomId)
  await markRead(bob, roomId, seq)
  await open.next('reads', frame => frame.reads[bob.id] === seq)
  await closed.fence()
  expect(readsIn(closed, roomId)).toEqual([])
})
