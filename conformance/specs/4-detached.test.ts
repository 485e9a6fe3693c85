import { expect, test } from 'vitest'
import { expectSuccess } from '../src/http.ts'
import { people } from '../src/people.ts'
import { ban, join, kick, leave, makeRoom, post, roomPath } from '../src/rooms.ts'

test('[P4.detached.1] room.detached kicked', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect()
  await socket.open(roomId)
  await kick(ann, roomId, bob)
  expect(await socket.next('room.detached')).toMatchObject({ roomId, code: 'kicked' })
})

test('[P4.detached.2] room.detached banned', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect()
  await socket.open(roomId)
  await ban(ann, roomId, bob)
  expect(await socket.next('room.detached')).toMatchObject({ roomId, code: 'banned' })
})

test('[P4.detached.3] room.detached left, on every session of the user', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const sockets = [await bob.connect(), await bob.connect()]
  for (const socket of sockets) await socket.open(roomId)
  await leave(bob, roomId)
  for (const socket of sockets) expect(await socket.next('room.detached')).toMatchObject({ roomId, code: 'left' })
})

test('[P4.detached.4] room.detached deleted, for everyone who has the room open', async () => {
  const [ann, bob, guest] = await people('ann', 'bob', 'guest')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  const sockets = await Promise.all([ann, bob, guest].map(one => one.connect()))
  for (const socket of sockets) await socket.open(roomId)
  expectSuccess(await ann.api.delete(roomPath(roomId)))
  for (const socket of sockets) expect(await socket.next('room.detached')).toMatchObject({ roomId, code: 'deleted' })
  for (const socket of sockets) expect(await socket.tryOpen(roomId)).toMatchObject({ code: 'not_found' })
})

test('[P4.detached.5] who is not concerned keeps the room open', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const socket = await cy.connect()
  await socket.open(roomId)
  await kick(ann, roomId, bob)
  const { seq } = await post(ann, roomId, 'after')
  await socket.reaches(roomId, seq)
  expect(socket.log.filter(frame => frame.type === 'room.detached')).toEqual([])
})

test('[P4.detached.6] the other rooms of a removed member stay open', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [one, two] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann, { members: [bob] })]
  const socket = await bob.connect()
  for (const roomId of [one, two]) await socket.open(roomId)
  await kick(ann, one, bob)
  await socket.next('room.detached', frame => frame.roomId === one)
  const { seq } = await post(ann, two, 'still here')
  await socket.reaches(two, seq)
})

test('[P4.detached.7] a detached room can be sent to no more, until one has joined again', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  const socket = await bob.connect()
  await socket.open(roomId)
  await kick(ann, roomId, bob)
  await socket.next('room.detached')
  expect(await socket.say(roomId, 'still?')).toMatchObject({ type: 'error', code: 'forbidden' })
  await join(bob, roomId)
  expect(await socket.say(roomId, 'again')).toMatchObject({ type: 'message.ack' })
})
