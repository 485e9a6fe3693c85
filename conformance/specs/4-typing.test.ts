import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { people } from '../src/people.ts'
import { commands, headOf, logOf, makeRoom, post } from '../src/rooms.ts'
import { expectPaced, timesOf, typingIn, untilTyping } from '../src/signals.ts'
import { Socket } from '../src/socket.ts'
import { scene, startIn, stopIn } from '../src/typing.ts'

/** Protocol §4: an indicator ends 5 s after its last `typing.start`. */
const TTL_MS = 5_000

/** Protocol §4: the server drops more than one start a second per user and room. */
const THROTTLE_MS = 1_000

/** Long enough for a server that coalesces to tell that somebody types, or does not; two are shorter than the throttle. */
const PHASE_MS = 300

/** Time between two starts, over the throttle and far under the 5 s: only a machine that stands still lets one lapse. */
const REPEAT_MS = 1_200

test('[P4.typing.1] typing.start shows its user to the readers of the room, typing.stop ends it', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const [ann] = members
  const [typist, ...readers] = sockets
  typist.send(startIn(roomId))
  for (const reader of readers) await untilTyping(reader, roomId, [ann.id])
  typist.send(stopIn(roomId))
  for (const reader of readers) await untilTyping(reader, roomId, [])
})

test('[P4.typing.2] typing has no answer', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [typist, reader] = sockets
  const before = typist.log.length
  typist.send({ ...startIn(roomId), ref: 'one' })
  await untilTyping(reader, roomId, [members[0].id])
  typist.send({ ...stopIn(roomId), ref: 'two' })
  await untilTyping(reader, roomId, [])
  await typist.fence()
  const answers = typist.log.slice(before).filter(frame => frame.type === 'ok' || frame.type === 'error')
  expect(answers).toEqual([])
})

test('[P4.typing.3] everyone now typing but the reader: each of two typists sees the other', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const [ann, bob] = members
  sockets[0].send(startIn(roomId))
  sockets[1].send(startIn(roomId))
  await untilTyping(sockets[0], roomId, [bob.id])
  await untilTyping(sockets[1], roomId, [ann.id])
  await untilTyping(sockets[2], roomId, [ann.id, bob.id])
})

test('[P4.typing.4] the reader is never named, on none of its sessions', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann, bob] = members
  const other = await ann.connect()
  await other.open(roomId)
  sockets[0].send(startIn(roomId))
  await untilTyping(sockets[1], roomId, [ann.id])
  sockets[1].send(startIn(roomId))
  await untilTyping(other, roomId, [bob.id])
  sockets[0].send(stopIn(roomId))
  await untilTyping(sockets[1], roomId, [])
  for (const socket of [sockets[0], other]) {
    await socket.fence()
    expect(typingIn(socket, roomId).flatMap(frame => frame.userIds)).not.toContain(ann.id)
  }
})

test('[P4.typing.5] without a stop an indicator ends, and not before 5 s', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann] = members
  const [typist, reader] = sockets
  const sent = performance.now()
  typist.send(startIn(roomId))
  await untilTyping(reader, roomId, [ann.id])
  const begun = reader.log.length
  await untilTyping(reader, roomId, [])
  const [ended = 0] = timesOf(reader, 'typing', frame => frame.userIds.length === 0, begun)
  expect(ended - sent).toBeGreaterThan(TTL_MS - 10)
})

test('[P4.typing.6] a repeated start prolongs it: it ends no sooner than 5 s after the last one', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann] = members
  const [typist, reader] = sockets
  let last = 0
  for (let repeat = 0; repeat < 6; repeat += 1) {
    if (repeat > 0) await sleep(REPEAT_MS)
    last = performance.now()
    typist.send(startIn(roomId))
    // The pong shows that the start is there, so that the next one is not too early for the throttle.
    await typist.fence()
  }
  await untilTyping(reader, roomId, [ann.id])
  await untilTyping(reader, roomId, [])
  const [ended = 0] = timesOf(reader, 'typing', frame => frame.userIds.length === 0)
  expect(ended - last, 'from the last start to the first end').toBeGreaterThan(TTL_MS - 10)
})

test('[P4.typing.7] more than one start a second of a user in a room is dropped, whatever its sessions and transports', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann] = members
  const [typist, reader] = sockets
  const other = await ann.connect()
  const since = performance.now()
  const ways = [
    async (frame: object) => typist.send(frame),
    async (frame: object) => other.send(frame),
    (frame: object) => commands(ann, [frame]),
  ]
  for (let round = 0; round < 9; round += 1) {
    const way = ways[round % ways.length]
    await way?.(startIn(roomId))
    await sleep(PHASE_MS)
    await way?.(stopIn(roomId))
    await sleep(PHASE_MS)
  }
  await untilTyping(reader, roomId, [])
  const frames = typingIn(reader, roomId)
  const begins = frames.filter((frame, at) => frame.userIds.length > 0 && (frames[at - 1]?.userIds ?? []).length === 0)
  const times = timesOf(reader, 'typing', frame => begins.includes(frame))
  expectPaced(times, since, THROTTLE_MS)
})

test('[P4.typing.8] the throttle is that of one user and one room', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const [ann, bob, cy] = members
  const elsewhere = await makeRoom(ann, { members: [bob, cy] })
  await sockets[2].open(elsewhere)
  sockets[0].send([startIn(roomId), startIn(elsewhere)])
  sockets[1].send([startIn(roomId), startIn(elsewhere)])
  for (const id of [roomId, elsewhere]) await untilTyping(sockets[2], id, [ann.id, bob.id])
})

test('[P4.typing.9] the room need not be open to the typist, and a request can carry it: no answer among the answers', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const reader = await ann.connect()
  await reader.open(roomId)
  const socket = await bob.connect()
  socket.send(startIn(roomId))
  await untilTyping(reader, roomId, [bob.id])
  const answers = await commands(cy, [startIn(roomId), { type: 'ping', n: 1 }])
  expect(answers).toEqual([{ type: 'pong', n: 1 }])
  await untilTyping(reader, roomId, [bob.id, cy.id])
  await commands(cy, [stopIn(roomId)])
  await untilTyping(reader, roomId, [bob.id])
})

test('[P4.typing.10] who has not opened the room is told nothing', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann, bob] = members
  const [closed, elsewhere] = [await bob.connect(), await makeRoom(ann, { members: [bob] })]
  const left = await bob.connect()
  await left.open(roomId)
  await left.request({ type: 'room.close', roomId })
  await closed.open(elsewhere)
  sockets[0].send(startIn(roomId))
  await untilTyping(sockets[1], roomId, [ann.id])
  sockets[0].send(stopIn(roomId))
  await untilTyping(sockets[1], roomId, [])
  for (const socket of [closed, left]) {
    await socket.fence()
    expect(typingIn(socket, roomId)).toEqual([])
  }
})

test.each(['private', 'public'] as const)('[P4.typing.11] nobody sees a stranger type in a %s room', async type => {
  const [ann, bob, stranger] = await people('ann', 'bob', 'stranger')
  const roomId = await makeRoom(ann, { type, members: [bob] })
  const [reader, typist, outside] = await Promise.all([ann, bob, stranger].map(one => one.connect()))
  if (reader === undefined || typist === undefined || outside === undefined) throw new Error('no sockets')
  await reader.open(roomId)
  if (type === 'public') await outside.open(roomId)
  outside.send(startIn(roomId))
  await commands(stranger, [startIn(roomId)])
  await outside.fence()
  typist.send(startIn(roomId))
  await untilTyping(reader, roomId, [bob.id])
  typist.send(stopIn(roomId))
  await untilTyping(reader, roomId, [])
  expect(typingIn(reader, roomId).flatMap(frame => frame.userIds)).not.toContain(stranger.id)
  await outside.fence()
})

test('[P4.typing.12] a reader of a public room who has not joined is told who types', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  const [typist, reader] = [await ann.connect(), await bob.connect()]
  await reader.open(roomId)
  typist.send(startIn(roomId))
  await untilTyping(reader, roomId, [ann.id])
})

test('[P4.typing.13] typing is no event: it takes no seq and stands in no log', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const before = await headOf(members[0], roomId)
  sockets[0].send(startIn(roomId))
  await untilTyping(sockets[1], roomId, [members[0].id])
  expect(await headOf(members[0], roomId)).toBe(before)
  expect((await post(members[0], roomId, 'next')).seq).toBe(before + 1)
  const kinds = (await logOf(members[0], roomId)).map(event => event.kind)
  expect(kinds.filter(kind => kind.includes('typing'))).toEqual([])
})

test('[P4.typing.14] the frames of one room name that room and people of it', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const elsewhere = await makeRoom(members[0], { members: [members[1]] })
  await sockets[1].open(elsewhere)
  sockets[0].send(startIn(elsewhere))
  sockets[2].send(startIn(roomId))
  await untilTyping(sockets[1], elsewhere, [members[0].id])
  await untilTyping(sockets[1], roomId, [members[2].id])
  for (const frame of sockets[1].log.filter(one => one.type === 'typing')) {
    expect(frame.userIds.length).toBe(new Set(frame.userIds).size)
    expect([members[0].id, members[2].id, undefined]).toContain(frame.userIds[0])
  }
})

test('[P4.typing.15] a typing.start right behind session.hello counts', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const reader = await ann.connect()
  await reader.open(roomId)
  const socket = await Socket.connect(bob.at, { token: bob.token })
  const hello = { type: 'session.hello', protocol: 1, client: { name: 'conformance', version: '1' } }
  socket.send([hello, startIn(roomId)])
  await untilTyping(reader, roomId, [bob.id])
})
