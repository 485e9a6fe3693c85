import { expect, test } from 'vitest'
import { people, person } from '../src/people.ts'
import { fill, history, logOf, makeCrowd, makeRoom, post, snapshotOf } from '../src/rooms.ts'
import { expectContiguous, expectSnapshot } from '../src/shape.ts'
import { cursorOf } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

test('[P4.open.1] without cursor: room.snapshot, then room.live', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann, { name: 'Ops' })
  await fill(ann, roomId, 3)
  const socket = await ann.connect()
  const { snapshot, events, live } = await socket.open(roomId)
  if (snapshot === undefined) throw new Error('no snapshot came')
  expectSnapshot(snapshot)
  expect(snapshot).toMatchObject({ roomId, seq: 5, memberCount: 1, hasMore: false })
  expect(snapshot.room).toMatchObject({ id: roomId, name: 'Ops' })
  expect(snapshot.messages.map(message => message.content)).toEqual(['message 1', 'message 2', 'message 3'])
  expect(events).toEqual([])
  expect(live).toMatchObject({ roomId, epoch: snapshot.epoch, seq: snapshot.seq })
})

test('[P4.open.2] room.live repeats the ref of room.open', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  socket.send({ type: 'room.open', ref: 'mine', roomId })
  expect(await socket.next('room.live')).toMatchObject({ ref: 'mine', roomId })
})

test('[P4.open.3] with a cursor of the current epoch: message.event frames from seq + 1 on, then room.live', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 5)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const socket = await ann.connect()
  for (const from of [0, 1, 4, seq - 1]) {
    const { snapshot, events, live } = await socket.open(roomId, { epoch, seq: from })
    expect(snapshot).toBeUndefined()
    expect(events.length).toBe(seq - from)
    expectContiguous(events, from + 1)
    expect(live).toMatchObject({ epoch, seq })
  }
})

test('[P4.open.4] with the cursor of the log’s end: room.live alone', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const socket = await ann.connect()
  const { snapshot, events, live } = await socket.open(roomId, { epoch, seq })
  expect(snapshot).toBeUndefined()
  expect(events).toEqual([])
  expect(live).toMatchObject({ epoch, seq })
})

test('[P4.open.5] another epoch, or a seq ahead of the log: a snapshot', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const socket = await ann.connect()
  const cursors = [
    { epoch: 'another-epoch', seq: 1 },
    { epoch: '__proto__', seq: 1 },
    { epoch, seq: seq + 1 },
    { epoch, seq: 1_000_000_000 },
    { epoch, seq: 1e308 },
  ]
  for (const cursor of cursors) {
    const { snapshot, events, live } = await socket.open(roomId, cursor)
    expect(snapshot).toMatchObject({ epoch, seq })
    expect(events).toEqual([])
    expect(live).toMatchObject({ epoch, seq })
  }
})

test('[P4.open.6] latest − seq of exactly limits.delta: events; one more: a snapshot', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const { delta } = socket.limits
  await fill(ann, roomId, delta)
  const { epoch, seq } = await snapshotOf(ann, roomId, 1)
  const within = await socket.open(roomId, { epoch, seq: seq - delta })
  expect(within.snapshot).toBeUndefined()
  expect(within.events.length).toBe(delta)
  expectContiguous(within.events, seq - delta + 1)
  const beyond = await socket.open(roomId, { epoch, seq: seq - delta - 1 })
  expect(beyond.snapshot).toMatchObject({ epoch, seq })
  expect(beyond.events).toEqual([])
})

test('[P4.open.7] epoch and seq come together: one alone counts as no cursor', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const socket = await ann.connect()
  for (const half of [{ epoch }, { seq }])
    expect((await socket.open(roomId, half)).snapshot).toMatchObject({ epoch, seq })
})

test('[P4.open.8] a negative seq is clamped to 0: the log from its first event', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch } = await snapshotOf(ann, roomId)
  const socket = await ann.connect()
  const { snapshot, events } = await socket.open(roomId, { epoch, seq: -5 })
  expect(snapshot).toBeUndefined()
  expectContiguous(events, 1)
  expect(events.length).toBe(2)
})

test('[P4.open.9] window: the latest messages wanted, 50 unless told, clamped to 1–100, oldest first', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 110)
  const socket = await ann.connect()
  const sizes: readonly (readonly [number | undefined, number])[] = [
    [undefined, 50],
    [7, 7],
    [100, 100],
    [101, 100],
    [1e308, 100],
    [1, 1],
    [0, 1],
    [-3, 1],
  ]
  for (const [window, size] of sizes) {
    const { snapshot } = await socket.open(roomId, window === undefined ? {} : { window })
    expect(snapshot?.messages.map(message => message.seq)).toEqual(acks.slice(-size).map(ack => ack.seq))
    expect(snapshot?.hasMore).toBe(true)
  }
})

test('[P4.open.10] nextCursor of a snapshot leads to the messages before its window', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 12)
  const snapshot = await snapshotOf(ann, roomId, 5)
  expect(snapshot.hasMore).toBe(true)
  const older = await history(ann, roomId, `?cursor=${encodeURIComponent(snapshot.nextCursor ?? '')}&limit=4`)
  expect(older.messages.map(message => message.seq)).toEqual(acks.slice(3, 7).map(ack => ack.seq))
})

test('[P4.open.11] members are the first 200, memberCount counts all', async () => {
  const ann = await person('ann')
  const roomId = await makeCrowd(
    ann,
    Array.from({ length: 204 }, () => unique('m')),
  )
  const socket = await ann.connect()
  const { snapshot } = await socket.open(roomId)
  expect(snapshot?.members.length).toBe(200)
  expect(snapshot?.memberCount).toBe(205)
})

test('[P4.open.12] a private room of others and a missing one answer not_found, alike but for the ids', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const foreign = await makeRoom(bob)
  const missing = unique('room')
  const socket = await ann.connect()
  const answers = []
  for (const roomId of [foreign, missing]) {
    const { code, message, ref, ...rest } = (await socket.tryOpen(roomId)) as unknown as Record<string, string>
    expect(ref).toBeTypeOf('string')
    answers.push({ code, message: message?.replace(roomId, 'ID'), fields: Object.keys(rest).sort() })
  }
  expect(answers[0]).toMatchObject({ code: 'not_found' })
  expect(answers[0]).toEqual(answers[1])
})

test('[P4.open.13] a public room can be opened and read without joining, live events included', async () => {
  const [ann, guest] = await people('ann', 'guest')
  const roomId = await makeRoom(ann, { type: 'public' })
  await post(ann, roomId, 'for everybody')
  const socket = await guest.connect()
  const { snapshot, live } = await socket.open(roomId)
  expect(snapshot?.messages.map(message => message.content)).toEqual(['for everybody'])
  expect(snapshot?.memberCount).toBe(1)
  const { seq } = await post(ann, roomId, 'and live')
  expect(seq).toBe(live.seq + 1)
  expect((await socket.event(roomId, seq)).message).toMatchObject({ content: 'and live' })
})

test('[P4.open.14] live events follow room.live without gap or repeat', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const { live } = await socket.open(roomId)
  await fill(ann, roomId, 20)
  await socket.reaches(roomId, live.seq + 20)
  expectContiguous(socket.events(roomId), live.seq + 1)
})

test('[P4.open.15] opening an open room starts it over from the cursor given', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 4)
  const socket = await ann.connect()
  const cursor = cursorOf(await socket.open(roomId))
  const again = await socket.open(roomId, { epoch: cursor.epoch, seq: 2 })
  expectContiguous(again.events, 3)
  expect(again.events.length).toBe(cursor.seq - 2)
  const start = socket.log.length
  await fill(ann, roomId, 3)
  await socket.reaches(roomId, cursor.seq + 3)
  await socket.fence()
  const live = socket.log.slice(start).flatMap(frame => (frame.type === 'message.event' ? frame.events : []))
  expectContiguous(live, cursor.seq + 1)
  expect(live.length, 'one subscription, not two').toBe(3)
})

test('[P4.open.16] opened over and over under load: each new subscription begins with its first frame and has no gap', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [writer, reader] = [await ann.connect(), await bob.connect()]
  await reader.open(roomId)
  const writing = Array.from({ length: 60 }, (_, index) => writer.say(roomId, `load ${index}`))
  for (let round = 0; round < 5; round += 1) await reader.open(roomId, { window: 1 })
  const seqs = (await Promise.all(writing)).map(answer => (answer.type === 'message.ack' ? answer.seq : 0))
  const last = Math.max(...seqs)
  if (!reader.log.some(frame => frame.type === 'room.snapshot' && frame.seq >= last)) await reader.reaches(roomId, last)
  const frames = reader.log.filter(frame => 'roomId' in frame && frame.roomId === roomId)
  let next = Number.NaN
  for (const frame of frames) {
    if (frame.type === 'room.snapshot') next = frame.seq + 1
    if (frame.type !== 'message.event') continue
    expectContiguous(frame.events, next)
    next += frame.events.length
  }
})

test('[P4.open.17] seqs of one message.event frame are contiguous, the room of the frame is theirs', async () => {
  const ann = await person('ann')
  const [one, two] = [await makeRoom(ann), await makeRoom(ann)]
  const socket = await ann.connect()
  for (const roomId of [one, two]) await socket.open(roomId)
  await Promise.all([fill(ann, one, 10), fill(ann, two, 10)])
  for (const roomId of [one, two]) {
    await socket.reaches(roomId, 12)
    expect(socket.events(roomId)).toEqual((await logOf(ann, roomId)).slice(2))
  }
})

test('[P4.close.1] room.close answers ok, and no event follows', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [socket, witness] = [await ann.connect(), await bob.connect()]
  await socket.open(roomId)
  await witness.open(roomId)
  expect(await socket.request({ type: 'room.close', roomId })).toMatchObject({ type: 'ok' })
  const { seq } = await post(bob, roomId, 'unheard')
  await witness.reaches(roomId, seq)
  await socket.fence()
  await socket.fence()
  expect(socket.events(roomId)).toEqual([])
  expect((await socket.open(roomId)).snapshot).toMatchObject({ seq })
})
