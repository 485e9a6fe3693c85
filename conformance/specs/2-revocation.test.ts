import { expect, test } from 'vitest'
import { expectProblem } from '../src/http.ts'
import { type Person, people } from '../src/people.ts'
import { ban, fill, headOf, join, kick, leave, makeRoom, post, roomPath } from '../src/rooms.ts'
import { cursorOf, type Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

/** Each way to lose membership: who acts, and the code of the `room.detached` that ends the subscription. */
const WAYS: Readonly<Record<string, (owner: Person, roomId: string, who: Person) => Promise<void>>> = {
  kicked: kick,
  banned: ban,
  left: (_owner, roomId, who) => leave(who, roomId),
}

/** Waits until a member has received everything up to now, then proves that `socket` got nothing above `seq`. */
async function expectSilence(
  socket: Socket,
  witness: Socket,
  roomId: string,
  seq: number,
  head: number,
): Promise<void> {
  await witness.reaches(roomId, head)
  await socket.fence()
  await socket.fence()
  expect(socket.events(roomId).filter(event => event.seq > seq)).toEqual([])
}

test.each(Object.keys(WAYS))(
  '[P2.8.1] after member.left (%s) nothing of a private room reaches that user',
  async code => {
    const [owner, ann, bob] = await people('owner', 'ann', 'bob')
    const roomId = await makeRoom(owner, { members: [ann, bob] })
    const sockets = [await ann.connect(), await ann.connect()]
    const [witness, other] = [await bob.connect(), await owner.connect()]
    for (const socket of [...sockets, witness, other]) await socket.open(roomId)
    await WAYS[code]?.(owner, roomId, ann)
    const left = await headOf(owner, roomId)
    for (const socket of sockets)
      await socket.next('room.detached', frame => frame.roomId === roomId && frame.code === code)
    const head = (await fill(owner, roomId, 10)).at(-1)?.seq ?? 0
    witness.send({ type: 'room.read', roomId, seq: head })
    await other.next('reads', frame => frame.roomId === roomId && frame.reads[bob.id] === head)
    for (const socket of sockets) {
      await expectSilence(socket, witness, roomId, left, head)
      const ofRoom = socket.log.filter(frame => 'roomId' in frame && frame.roomId === roomId)
      expect(ofRoom.at(-1)?.type, 'no signal follows either').toBe('room.detached')
    }
  },
)

test.each(Object.keys(WAYS))(
  '[P2.8.2] after member.left (%s) a private room answers not_found everywhere',
  async code => {
    const [owner, ann] = await people('owner', 'ann')
    const roomId = await makeRoom(owner, { members: [ann] })
    const sent = await post(owner, roomId, 'before')
    const socket = await ann.connect()
    const cursor = cursorOf(await socket.open(roomId))
    await WAYS[code]?.(owner, roomId, ann)
    expect(await socket.tryOpen(roomId)).toMatchObject({ type: 'error', code: 'not_found' })
    expect(await socket.tryOpen(roomId, cursor)).toMatchObject({ type: 'error', code: 'not_found' })
    expect(await socket.say(roomId, 'still here?')).toMatchObject({ type: 'error', code: 'not_found' })
    const paths = [
      '',
      '/messages',
      `/messages?around=${sent.messageId}`,
      '/members',
      '/sync',
      `/sync?epoch=${cursor.epoch}&seq=1`,
    ]
    for (const path of paths) expectProblem(await ann.api.get(roomPath(roomId, path)), 404, 'not_found')
    expectProblem(await ann.api.post(roomPath(roomId, '/join')), 404, 'not_found')
    const many = await ann.api.post('/api/sync', { rooms: [{ roomId, ...cursor }] })
    expect(many.body).toEqual({ rooms: [expect.objectContaining({ roomId, kind: 'error', code: 'not_found' })] })
    expect((await ann.api.get('/api/rooms')).text).not.toContain(roomId)
  },
)

test.each(['kicked', 'left'])(
  '[P2.8.3] in a public room member.left (%s) ends the subscriptions, not reading',
  async code => {
    const [owner, ann] = await people('owner', 'ann')
    const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
    const socket = await ann.connect()
    await socket.open(roomId)
    await WAYS[code]?.(owner, roomId, ann)
    await socket.next('room.detached', frame => frame.roomId === roomId && frame.code === code)
    const { seq } = await post(owner, roomId, 'after')
    const opened = await socket.open(roomId)
    expect(opened.snapshot?.messages.at(-1)).toMatchObject({ seq, content: 'after' })
    expect(await socket.say(roomId, 'may I?')).toMatchObject({ type: 'error', code: 'forbidden' })
  },
)

test('[P2.8.4] a banned user gets forbidden in a public room, over every transport', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann, bob] })
  const [socket, witness] = [await ann.connect(), await bob.connect()]
  const cursor = cursorOf(await socket.open(roomId))
  await witness.open(roomId)
  await ban(owner, roomId, ann)
  await socket.next('room.detached', frame => frame.roomId === roomId && frame.code === 'banned')
  const left = await headOf(owner, roomId)
  expect(await socket.tryOpen(roomId)).toMatchObject({ type: 'error', code: 'forbidden' })
  expect(await socket.tryOpen(roomId, cursor)).toMatchObject({ type: 'error', code: 'forbidden' })
  expect(await socket.say(roomId, 'hello?')).toMatchObject({ type: 'error', code: 'forbidden' })
  for (const path of ['/messages', '/members', '/sync', '']) {
    expectProblem(await ann.api.get(roomPath(roomId, path)), 403, 'forbidden')
  }
  expectProblem(await ann.api.post(roomPath(roomId, '/join')), 403, 'forbidden')
  const many = await ann.api.post('/api/sync', { rooms: [{ roomId, ...cursor }] })
  expect(many.body).toEqual({ rooms: [expect.objectContaining({ roomId, kind: 'error', code: 'forbidden' })] })
  const head = (await fill(owner, roomId, 5)).at(-1)?.seq ?? 0
  await expectSilence(socket, witness, roomId, left, head)
})

test('[P2.8.5] a banned non-member who reads a public room loses the subscription too', async () => {
  const [owner, guest, bob] = await people('owner', 'guest', 'bob')
  const roomId = await makeRoom(owner, { type: 'public', members: [bob] })
  const [socket, witness] = [await guest.connect(), await bob.connect()]
  for (const one of [socket, witness]) await one.open(roomId)
  const before = await headOf(owner, roomId)
  await ban(owner, roomId, guest)
  await socket.next('room.detached', frame => frame.roomId === roomId)
  const head = (await fill(owner, roomId, 5)).at(-1)?.seq ?? 0
  await expectSilence(socket, witness, roomId, before, head)
  expect(await socket.tryOpen(roomId)).toMatchObject({ type: 'error', code: 'forbidden' })
})

test('[P2.8.6] sends that race with a ban: none of the banned user has a seq above its member.left', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const [writer, reader] = [await ann.connect(), await owner.connect()]
  await reader.open(roomId)
  const sends = Array.from({ length: 60 }, () => writer.say(roomId, 'racing'))
  await Promise.race(sends)
  await ban(owner, roomId, ann)
  await Promise.all(sends)
  const late = await writer.say(roomId, 'too late', { clientId: unique('late') })
  expect(late).toMatchObject({ type: 'error', code: 'not_found' })
  const { seq: head } = await post(owner, roomId, 'fence')
  await reader.reaches(roomId, head)
  const events = reader.events(roomId)
  const left = events.find(event => event.kind === 'member.left')?.seq ?? 0
  expect(left).toBeGreaterThan(0)
  expect(events.filter(event => event.by === ann.id && event.seq > left)).toEqual([])
})

test('[P2.8.7] who joins again after leaving reads on and gets live events again', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  const socket = await ann.connect()
  await socket.open(roomId)
  await leave(ann, roomId)
  await socket.next('room.detached', frame => frame.roomId === roomId)
  await join(ann, roomId)
  const { live } = await socket.open(roomId)
  const ack = await socket.say(roomId, 'back')
  expect(ack).toMatchObject({ type: 'message.ack', seq: live.seq + 1 })
  await socket.event(roomId, live.seq + 1)
})

test('[P2.8.8] openings that race with a removal: no event above member.left, whichever wins', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const [socket, witness] = [await ann.connect(), await owner.connect()]
  for (let round = 0; round < 10; round += 1) {
    const roomId = await makeRoom(owner, { members: [ann] })
    await witness.open(roomId)
    socket.send({ type: 'room.open', ref: roomId, roomId })
    await kick(owner, roomId, ann)
    await socket.nextOf(
      ['room.live', 'room.detached', 'error'],
      frame => ('roomId' in frame && frame.roomId === roomId) || ('ref' in frame && frame.ref === roomId),
    )
    const left = await headOf(owner, roomId)
    const { seq } = await post(owner, roomId, 'after')
    await expectSilence(socket, witness, roomId, left, seq)
  }
})
