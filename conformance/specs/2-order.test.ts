import { expect, test } from 'vitest'
import type { Ack, Frames } from '../src/contract.ts'
import { expectBody } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { commands, history, join, logOf, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectContiguous, identityOf } from '../src/shape.ts'
import { cursorOf, type Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

const SENDS_PER_WRITER = 20

/** Sends at once over a socket, all in flight together; every one must be acknowledged. */
async function floodSocket(socket: Socket, roomId: string, label: string): Promise<Ack[]> {
  const sends = Array.from({ length: SENDS_PER_WRITER }, (_, index) => socket.say(roomId, `${label} ${index}`))
  const answers = await Promise.all(sends)
  for (const answer of answers) expect(answer.type, JSON.stringify(answer)).toBe('message.ack')
  return answers as Frames['message.ack'][]
}

/** The same over HTTP, all requests in flight together. */
function floodHttp(sender: Person, roomId: string, label: string): Promise<Ack[]> {
  return Promise.all(Array.from({ length: SENDS_PER_WRITER }, (_, index) => post(sender, roomId, `${label} ${index}`)))
}

/** The same as one `POST /api/commands`. */
async function floodCommands(sender: Person, roomId: string, label: string): Promise<Ack[]> {
  const frames = Array.from({ length: SENDS_PER_WRITER }, (_, index) => ({
    type: 'message.send',
    roomId,
    clientId: unique('c'),
    content: `${label} ${index}`,
  }))
  return (await commands(sender, frames)) as Frames['message.ack'][]
}

test('[P2.1.1] all readers see the same events in the same order, whoever writes over whatever transport', async () => {
  const [ann, bob, cy, dee] = await people('ann', 'bob', 'cy', 'dee')
  const roomId = await makeRoom(ann, { members: [bob, cy, dee] })
  const readers = await Promise.all([ann, bob, cy, dee].map(one => one.connect()))
  for (const reader of readers) await reader.open(roomId, { window: 1 })
  const writers = await Promise.all([ann, bob].map(one => one.connect()))
  const floods = [
    ...writers.map((writer, index) => floodSocket(writer, roomId, `socket ${index}`)),
    floodHttp(cy, roomId, 'http'),
    floodCommands(dee, roomId, 'commands'),
  ]
  const acks = (await Promise.all(floods)).flat()
  const last = Math.max(...acks.map(ack => ack.seq))
  for (const reader of readers) await reader.reaches(roomId, last)
  const first = readers[0]?.events(roomId).map(identityOf)
  for (const reader of readers.slice(1)) expect(reader.events(roomId).map(identityOf)).toEqual(first)
  const log = (await logOf(ann, roomId)).slice(-(first?.length ?? 0))
  expect(log.map(identityOf)).toEqual(first)
})

test('[P2.2.1] on one subscription seqs arrive as n, n+1, n+2, … from the cursor that was opened', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const writer = await ann.connect()
  const early = await bob.connect()
  const { epoch, seq } = cursorOf(await early.open(roomId))
  const flood = floodSocket(writer, roomId, 'during the opening')
  const late = await bob.connect()
  const opened = await late.open(roomId, { epoch, seq })
  const acks = await flood
  const last = Math.max(...acks.map(ack => ack.seq))
  for (const reader of [early, late]) {
    await reader.reaches(roomId, last)
    expectContiguous(reader.events(roomId), seq + 1)
  }
  expect(opened.snapshot).toBeUndefined()
  expect(opened.live.seq).toBe(opened.events.at(-1)?.seq ?? seq)
})

test('[P2.2.2] a subscription opened with a snapshot in the middle of writes goes on at its seq plus one', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const writer = await ann.connect()
  const reader = await bob.connect()
  const flood = floodSocket(writer, roomId, 'during the opening')
  const { snapshot, live } = await reader.open(roomId, { window: 100 })
  const last = Math.max(...(await flood).map(ack => ack.seq))
  if (live.seq < last) await reader.reaches(roomId, last)
  expect(snapshot?.seq).toBeLessThanOrEqual(live.seq)
  expectContiguous(reader.events(roomId), (snapshot?.seq ?? 0) + 1)
  expect(snapshot?.messages.at(-1)?.seq ?? 2).toBeLessThanOrEqual(snapshot?.seq ?? 0)
})

test('[P2.3.1] what is acknowledged is already there for every read that begins afterwards', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await ann.connect()
  for (let round = 0; round < 10; round += 1) {
    const ack = await socket.say(roomId, `round ${round}`)
    const { messages, seq } = await history(bob, roomId, '?limit=1')
    expect(ack).toMatchObject({ type: 'message.ack', messageId: messages[0]?.id, seq: messages[0]?.seq })
    expect(seq).toBe(messages[0]?.seq)
  }
})

test('[P2.3.2] the sender receives its own events, on every one of its sessions', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const [one, two] = await Promise.all([ann.connect(), ann.connect()])
  for (const socket of [one, two]) await socket.open(roomId)
  const ack = await one.say(roomId, 'to myself')
  if (ack.type !== 'message.ack') throw new Error(ack.message)
  for (const socket of [one, two]) {
    expect((await socket.event(roomId, ack.seq)).message).toMatchObject({ id: ack.messageId, content: 'to myself' })
  }
})

test('[P2.5.7] messages that one session sends get seqs in the order sent, all in flight together', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const sockets = await Promise.all([ann.connect(), ann.connect(), bob.connect()])
  const floods = await Promise.all(sockets.map((socket, index) => floodSocket(socket, roomId, `writer ${index}`)))
  for (const acks of floods) {
    const seqs = acks.map(ack => ack.seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  }
})

test('[P2.5.8] the order holds for an array of frames in one WebSocket message', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const clientIds = Array.from({ length: 30 }, () => unique('c'))
  socket.send(clientIds.map(clientId => ({ type: 'message.send', roomId, clientId, content: clientId })))
  await Promise.all(clientIds.map(clientId => socket.answerTo(clientId)))
  const { messages } = await history(ann, roomId)
  expect(messages.map(message => message.clientId)).toEqual(clientIds)
})

test('[P2.9.1] at never decreases as seq grows', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  await join(bob, roomId)
  const socket = await ann.connect()
  await Promise.all([floodSocket(socket, roomId, 'a'), floodHttp(bob, roomId, 'b'), floodCommands(ann, roomId, 'c')])
  const log = await logOf(ann, roomId)
  const stamps = log.map(event => event.at)
  expect(stamps).toEqual([...stamps].sort((a, b) => a - b))
  const messages = log.flatMap(event => (event.message === undefined ? [] : [event.message]))
  expect(messages.map(message => message.createdAt)).toEqual(
    [...messages.map(one => one.createdAt)].sort((a, b) => a - b),
  )
  const ids = messages.map(message => message.id)
  expect(ids, 'UUIDv7 follow the order too').toEqual([...ids].sort())
})

test('[P2.2.3] a room hammered over HTTP has no gap and no repeat in its pages', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = (await Promise.all([floodHttp(ann, roomId, 'a'), floodHttp(bob, roomId, 'b')])).flat()
  const page = expectBody(await ann.api.get<{ messages: Ack[] }>(roomPath(roomId, '/messages?limit=100')), 200)
  const seqs = page.messages.map(message => message.seq)
  expect(seqs).toEqual(acks.map(ack => ack.seq).sort((a, b) => a - b))
  expect(new Set(seqs).size).toBe(2 * SENDS_PER_WRITER)
})
