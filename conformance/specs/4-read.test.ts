import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import type { InboxEntry, Room } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { erase, fill, grant, history, join, leave, logOf, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'

/** The reader's own state of the room, as `GET /api/rooms` gives it. */
async function entryOf(reader: Person, roomId: string): Promise<InboxEntry> {
  const list = expectBody(await reader.api.get<{ rooms: (Room & InboxEntry)[] }>('/api/rooms'), 200)
  const found = list.rooms.find(room => room.id === roomId)
  if (found === undefined) throw new Error(`${roomId} is not in the list`)
  return found
}

/** Unread and read position, which the snapshot and the room list must give alike. */
async function unreadOf(reader: Person, roomId: string): Promise<{ unread: number; lastReadSeq: number }> {
  const { unread, lastReadSeq } = await snapshotOf(reader, roomId)
  expect(await entryOf(reader, roomId)).toMatchObject({ unread, lastReadSeq })
  return { unread, lastReadSeq }
}

async function read(reader: Person, roomId: string, seq: number): Promise<void> {
  expectSuccess(await reader.api.put(roomPath(roomId, '/read'), { seq }))
}

test('[P4.unread.1] unread counts the messages by others above lastReadSeq', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 5)
  await post(bob, roomId, 'my own does not count')
  expect((await unreadOf(bob, roomId)).unread).toBe(5)
  expect((await unreadOf(ann, roomId)).unread).toBe(1)
  await read(bob, roomId, acks[2]?.seq ?? 0)
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 2, lastReadSeq: acks[2]?.seq })
})

test('[P4.unread.2] deleted messages do not count', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [first] = await fill(ann, roomId, 3)
  await erase(ann, roomId, first?.messageId ?? '')
  expect((await unreadOf(bob, roomId)).unread).toBe(2)
})

test('[P4.unread.3] events that are no messages do not count', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await join(cy, roomId)
  await grant(ann, roomId, cy, 'admin')
  expectSuccess(await ann.api.patch(roomPath(roomId), { topic: 'new' }))
  expect((await unreadOf(bob, roomId)).unread).toBe(0)
})

test('[P4.unread.4] unread is capped at 100', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 103)
  expect((await unreadOf(bob, roomId)).unread).toBe(100)
  await read(bob, roomId, acks[1]?.seq ?? 0)
  expect((await unreadOf(bob, roomId)).unread).toBe(100)
  await read(bob, roomId, acks[3]?.seq ?? 0)
  expect((await unreadOf(bob, roomId)).unread).toBe(99)
})

test('[P4.unread.5] a new member’s position is the seq of the own member.joined', async () => {
  const [ann, bob, cy, dee] = await people('ann', 'bob', 'cy', 'dee')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await fill(ann, roomId, 4)
  await join(cy, roomId)
  await grant(ann, roomId, dee, 'member')
  await fill(ann, roomId, 2)
  const joins = (await logOf(ann, roomId)).filter(event => event.kind === 'member.joined')
  for (const who of [ann, bob, cy, dee]) {
    const seq = joins.find(event => event.member?.userId === who.id)?.seq
    expect((await unreadOf(who, roomId)).lastReadSeq, who.id).toBe(seq)
  }
  expect((await unreadOf(cy, roomId)).unread).toBe(2)
})

test('[P4.unread.6] sending does not move the read position', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  await fill(ann, roomId, 2)
  const before = await unreadOf(bob, roomId)
  await post(bob, roomId, 'an answer without reading')
  expect(await unreadOf(bob, roomId)).toEqual(before)
})

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
  await read(bob, roomId, seq)
  for (const lower of [seq - 1, 1, 0, -7]) await read(bob, roomId, lower)
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
  for (const beyond of [1_000_000, 1e308]) await read(bob, roomId, beyond)
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
  await read(bob, roomId, seq)
  await watcher.next('reads', one => one.roomId === roomId && one.reads[bob.id] === seq)
})

test('[P4.read.6] a read position is no event: it takes no seq', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  await read(bob, roomId, seq)
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

test('[P4.unread.7] who joins again is a new member: the position is that of the new member.joined', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await leave(bob, roomId)
  await fill(ann, roomId, 3)
  await join(bob, roomId)
  const joined = (await logOf(ann, roomId)).at(-1)
  expect(joined).toMatchObject({ kind: 'member.joined', member: { userId: bob.id } })
  expect(await unreadOf(bob, roomId)).toEqual({ unread: 0, lastReadSeq: joined?.seq })
})
