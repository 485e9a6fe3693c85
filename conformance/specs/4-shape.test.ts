import { expect, test } from 'vitest'
import { person } from '../src/people.ts'
import { headOf, makeRoom } from '../src/rooms.ts'
import { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

/** A ping as JSON text of exactly `bytes` bytes. */
function pingOf(bytes: number): string {
  const empty = JSON.stringify({ type: 'ping', n: 7, pad: '' })
  return JSON.stringify({ type: 'ping', n: 7, pad: 'x'.repeat(bytes - empty.length) })
}

test('[P4.frame.1] a WebSocket message holds one frame or an array of frames', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  socket.send({ type: 'ping', n: 1 })
  socket.send([
    { type: 'ping', n: 2 },
    { type: 'ping', n: 3 },
  ])
  for (const n of [1, 2, 3]) await socket.next('pong', frame => frame.n === n)
})

test('[P4.frame.2] an array may begin with session.hello and go on with commands', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await Socket.connect(ann.at, { token: ann.token })
  socket.send([
    { type: 'session.hello', protocol: 1, client: { name: 'c', version: '1' } },
    { type: 'message.send', clientId: 'first', roomId, content: 'right away' },
    { type: 'ping', n: 1 },
  ])
  expect(await socket.next('session.welcome')).toMatchObject({ userId: ann.id })
  expect(await socket.answerTo('first')).toMatchObject({ type: 'message.ack' })
  await socket.next('pong')
  expect(socket.log[0]?.type).toBe('session.welcome')
})

test('[P4.frame.3] a message of limits.frameBytes is taken, one byte more closes with 1009', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const { limits } = await socket.hello()
  socket.sendText(pingOf(limits.frameBytes))
  await socket.next('pong')
  socket.sendText(pingOf(limits.frameBytes + 1))
  expect((await socket.closes()).code).toBe(1009)
})

test('[P4.frame.4] an array counts as a whole for limits.frameBytes', async () => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const { limits } = await socket.hello()
  const half = pingOf(Math.ceil(limits.frameBytes / 2))
  socket.sendText(half)
  await socket.next('pong')
  socket.sendText(`[${half},${half}]`)
  expect((await socket.closes()).code).toBe(1009)
})

const NO_FRAMES = [
  '',
  'hello',
  '{',
  '{"type":"ping"',
  '42',
  '"ping"',
  'null',
  'true',
  '[1]',
  '[null]',
  '["ping"]',
  '[[]]',
]

test.each(NO_FRAMES)('[P4.frame.5] text that is not JSON, or not such a shape, closes with 4500: %s', async text => {
  const ann = await person('ann')
  const socket = await ann.connect()
  socket.sendText(text)
  expect((await socket.closes()).code).toBe(4500)
})

test('[P4.frame.6] a binary message closes with 1003', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  socket.sendText(new TextEncoder().encode(JSON.stringify({ type: 'ping' })))
  expect((await socket.closes()).code).toBe(1003)
})

test('[P4.frame.7] [] is ignored', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const before = socket.log.length
  socket.sendText('[]')
  await socket.fence()
  expect(socket.log.slice(before).map(frame => frame.type)).toEqual(['pong'])
})

test('[P4.frame.8] unknown extra fields are ignored', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await Socket.connect(ann.at, { token: ann.token })
  await socket.hello({ future: { a: 1 }, client: { name: 'c', version: '1', colour: 'red' } })
  expect(await socket.open(roomId, { future: [1, 2] })).toBeDefined()
  const extra = JSON.parse('{"seq":99,"senderId":"someone","at":1,"future":null,"__proto__":{"type":"image"}}')
  expect(await socket.say(roomId, 'hello', extra)).toMatchObject({ type: 'message.ack', duplicate: false })
  const event = await socket.event(roomId, await headOf(ann, roomId))
  expect(event.message).toMatchObject({ senderId: ann.id, seq: event.seq, type: 'text' })
})

test('[P4.frame.9] an array within limits.frameBytes may hold as many frames as fit; each is answered', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const count = Math.floor((socket.limits.frameBytes - 2) / '{"type":"ping","n":1000},'.length)
  socket.send(Array.from({ length: count }, (_, n) => ({ type: 'ping', n })))
  await socket.next('pong', frame => frame.n === count - 1)
  const pongs = socket.log.flatMap(frame => (frame.type === 'pong' ? [frame.n] : []))
  expect(pongs).toEqual(Array.from({ length: count }, (_, n) => n))
})

test('[P4.frame.10] a message may come in WebSocket fragments; limits.frameBytes counts their sum', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const text = pingOf(3000)
  for (const part of [0, 1, 2]) socket.ws.send(text.slice(part * 1000, (part + 1) * 1000), { fin: part === 2 })
  await socket.next('pong')
  const half = pingOf(socket.limits.frameBytes).slice(0, -1)
  socket.ws.send(half, { fin: false })
  socket.ws.send('     }', { fin: true })
  expect((await socket.closes()).code).toBe(1009)
})

/** Frames of a good shape that no command is, each to be answered `bad_request`. */
const BAD_FRAMES: readonly object[] = [
  {},
  { type: 'no.such.command' },
  { type: 'toString' },
  { type: '__proto__' },
  { type: 7 },
  { type: null },
  { type: ['ping'] },
  { type: 'room.open' },
  { type: 'room.open', roomId: 7 },
  { type: 'room.open', roomId: { $ne: null } },
  { type: 'room.open', roomId: 'r', window: '50' },
  { type: 'room.open', roomId: 'r', window: 1.5 },
  { type: 'room.open', roomId: 'r', epoch: 'e', seq: 1.5 },
  { type: 'room.open', roomId: 'r', epoch: 7, seq: 1 },
  { type: 'room.close' },
  { type: 'message.send', roomId: 'r', content: 'x' },
  { type: 'message.send', clientId: 'c', content: 'x' },
  { type: 'message.send', clientId: 'c', roomId: 'r' },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 7 },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 'x', mentions: 'bob' },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 'x', mentions: [7] },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 'x', replyTo: 7 },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 'x', seen: 'all' },
  { type: 'message.send', clientId: 'c', roomId: 'r', content: 'x', seen: 1.5 },
  { type: 'message.cancel', roomId: 'r' },
  { type: 'message.edit', roomId: 'r', messageId: 'm' },
  { type: 'message.edit', roomId: 'r', content: 'x' },
  { type: 'message.delete', roomId: 'r' },
  { type: 'reaction.add', roomId: 'r', messageId: '01890000-0000-7000-8000-000000000000' },
  { type: 'reaction.add', roomId: 'r', messageId: 'm', key: 7 },
  { type: 'message.pin', roomId: 'r' },
  { type: 'room.read', roomId: 'r' },
  { type: 'room.read', roomId: 'r', seq: '3' },
  { type: 'room.read', roomId: 'r', seq: 1.5 },
  { type: 'typing.start' },
  { type: 'typing.start', roomId: 7 },
  { type: 'typing.stop' },
  { type: 'typing.stop', roomId: null },
  { type: 'presence.set' },
  { type: 'presence.set', status: 7 },
  { type: 'presence.set', status: 'invisible' },
  { type: 'presence.set', status: ['online'] },
  { type: 'presence.set', status: 'online', customStatus: 7 },
  { type: 'presence.set', status: 'online', dndUntil: 'soon' },
  { type: 'presence.set', status: 'online', dndUntil: 1.5 },
  { type: 'presence.set', status: 'online', currentRoom: 7 },
  { type: 'auth.refresh' },
  { type: 'auth.refresh', token: 7 },
]

test.each(BAD_FRAMES.map(frame => JSON.stringify(frame)))(
  '[P4.bad.1] %s gets bad_request, and the session lives on',
  async text => {
    const ann = await person('ann')
    const socket = await ann.connect()
    const ref = unique('ref')
    socket.send({ ...JSON.parse(text), ref })
    const error = await socket.next('error')
    expect(error).toMatchObject({ ref, code: 'bad_request', retryable: false })
    expect(error.message.length).toBeGreaterThan(0)
    await socket.fence()
    expect(socket.log.filter(frame => frame.type === 'error').length).toBe(1)
  },
)

test('[P4.bad.2] in an array each frame is judged alone: the good ones around a bad one are carried out', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  socket.send([
    { type: 'message.send', clientId: 'one', roomId, content: '1' },
    { type: 'no.such.command', ref: 'bad' },
    { type: 'message.send', clientId: 'two', roomId, content: '2' },
  ])
  expect(await socket.answerTo('one')).toMatchObject({ type: 'message.ack' })
  expect(await socket.answerTo('two')).toMatchObject({ type: 'message.ack' })
  expect(await socket.next('error')).toMatchObject({ ref: 'bad', code: 'bad_request' })
})

test('[P4.bad.3] a JSON bomb within the frame limit does no harm', async () => {
  const ann = await person('ann')
  const deep = `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`
  const socket = await ann.connect()
  socket.sendText(`{"type":"ping","n":1,"a":${deep}}`)
  await Promise.race([socket.closed, socket.nextOf(['pong', 'error'])])
  await (await ann.connect()).fence()
})

test('[P4.ref.1] an answer repeats the ref of its command, up to 64 characters', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const ref = 'r'.repeat(64)
  socket.send({ type: 'room.open', roomId: 'no-such-room', ref })
  expect(await socket.next('error')).toMatchObject({ ref })
  for (const bad of ['r'.repeat(65), 7, {}]) {
    socket.send({ type: 'room.open', roomId: 'no-such-room', ref: bad })
    expect(await socket.next('error')).toMatchObject({ code: 'bad_request' })
  }
})

test('[P4.ref.2] an error has ref, code, message, retryable', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const error = await socket.request({ type: 'room.close', roomId: 7 })
  expect(error).toEqual({
    type: 'error',
    ref: expect.any(String),
    code: 'bad_request',
    message: expect.any(String),
    retryable: false,
  })
})

test('[P4.ref.3] a command without ref is carried out all the same', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  socket.send({ type: 'room.open', roomId })
  expect(await socket.next('room.live')).toMatchObject({ roomId })
})

test('[P4.ping.1] ping is answered by pong with the same n, or with none', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  socket.send({ type: 'ping', n: 42 })
  expect(await socket.next('pong')).toEqual({ type: 'pong', n: 42 })
  socket.send({ type: 'ping' })
  expect(await socket.next('pong')).toEqual({ type: 'pong' })
})
