import { expect, test } from 'vitest'
import { expectSuccess } from '../src/http.ts'
import { entryOf, inboxOf, isSameLine, lineOf, untilInbox } from '../src/inbox.ts'
import { people, person } from '../src/people.ts'
import { erase, fill, grant, join, kick, leave, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectMessage } from '../src/shape.ts'
import { expectPaced, framesOf, timesOf } from '../src/signals.ts'
import { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

/** Protocol §4: inbox frames are coalesced to at most one a second. */
const PERIOD_MS = 1_000

test('[P4.inbox.1] a message in a room that is not open brings an inbox frame with the room’s line', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob], name: 'Ops', type: 'public' })
  const socket = await bob.connect({ inbox: true })
  const sent = await post(ann, roomId, 'for bob', { mentions: [bob.id] })
  const line = await untilInbox(socket, roomId, room => room.seq === sent.seq)
  expect(line).toMatchObject({ roomId, name: 'Ops', type: 'public', unread: 1, mentions: 1, lastReadSeq: 3 })
  expect(line.lastMessage).toMatchObject({ id: sent.messageId, roomId, content: 'for bob', senderId: ann.id })
  if (line.lastMessage !== null) expectMessage(line.lastMessage)
})

test('[P4.inbox.2] only a session whose hello wished for it gets an inbox', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [wished, silent, refused] = [
    await bob.connect({ inbox: true }),
    await bob.connect(),
    await bob.connect({ inbox: false }),
  ]
  await silent.open(roomId)
  const { seq } = await post(ann, roomId, 'hello')
  await untilInbox(wished, roomId, room => room.seq === seq)
  for (const socket of [silent, refused]) {
    await socket.fence()
    expect(framesOf(socket, 'inbox')).toEqual([])
  }
})

test('[P4.inbox.3] it covers all rooms of the user, opened or not', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const rooms = [
    await makeRoom(ann, { members: [bob] }),
    await makeRoom(ann, { members: [bob], type: 'public' }),
    await makeRoom(ann, { members: [bob], ephemeral: true }),
    await makeRoom(ann, { members: [bob], type: 'direct' }),
  ]
  const socket = await bob.connect({ inbox: true })
  await socket.open(rooms[0] ?? '')
  for (const roomId of rooms) {
    const { seq } = await post(ann, roomId, 'news')
    expect(await untilInbox(socket, roomId, room => room.seq === seq)).toMatchObject({ unread: 1 })
  }
})

test('[P4.inbox.4] changes only: a room in which nothing happened is not told of', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [busy, quiet] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann, { members: [bob] })]
  const socket = await bob.connect({ inbox: true })
  const first = await post(ann, busy, 'one')
  await untilInbox(socket, busy, room => room.seq === first.seq)
  const from = socket.log.length
  const second = await post(ann, busy, 'two')
  await untilInbox(socket, busy, room => room.seq === second.seq)
  await socket.fence()
  expect(inboxOf(socket, quiet, from)).toEqual([])
})

test('[P4.inbox.5] at most one frame a second, whatever happens in however many rooms; the last one tells the present', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const rooms = [
    await makeRoom(ann, { members: [bob] }),
    await makeRoom(ann, { members: [bob] }),
    await makeRoom(ann, { members: [bob] }),
  ]
  const since = performance.now()
  const socket = await bob.connect({ inbox: true })
  const heads = new Map<string, number>()
  for (let round = 0; round < 8; round += 1) {
    for (const roomId of rooms) heads.set(roomId, (await fill(ann, roomId, 10)).at(-1)?.seq ?? 0)
  }
  for (const roomId of rooms) {
    const line = await untilInbox(socket, roomId, room => room.seq === heads.get(roomId))
    expect(line).toMatchObject({ unread: 80 })
  }
  expectPaced(
    timesOf(socket, 'inbox', () => true),
    since,
    PERIOD_MS,
  )
})

test('[P4.inbox.6] read on one device, the badge clears on the other', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [phone, desk] = [await bob.connect({ inbox: true }), await bob.connect({ inbox: true })]
  const { seq } = (await fill(ann, roomId, 3)).at(-1) ?? { seq: 0 }
  await untilInbox(desk, roomId, room => room.unread === 3)
  phone.send({ type: 'room.read', roomId, seq })
  for (const socket of [phone, desk]) {
    expect(await untilInbox(socket, roomId, room => room.unread === 0)).toMatchObject({ lastReadSeq: seq, mentions: 0 })
  }
  const last = await post(ann, roomId, 'one more')
  await untilInbox(desk, roomId, room => room.unread === 1)
  expectSuccess(await bob.api.put(roomPath(roomId, '/read'), { seq: last.seq }))
  await untilInbox(desk, roomId, room => room.unread === 0 && room.lastReadSeq === last.seq)
})

test('[P4.inbox.7] what is sent by oneself moves seq and lastMessage, and is not unread', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  const { seq, messageId } = await post(bob, roomId, 'my own', { mentions: [bob.id] })
  const line = await untilInbox(socket, roomId, room => room.seq === seq)
  expect(line).toMatchObject({ unread: 0, mentions: 0, lastReadSeq: 3 })
  expect(line.lastMessage?.id).toBe(messageId)
})

test('[P4.inbox.8] a deleted message is unread no more and mentions nobody', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  await post(ann, roomId, 'stays')
  const { messageId } = await post(ann, roomId, 'not what I meant', { mentions: [bob.id] })
  await untilInbox(socket, roomId, room => room.unread === 2 && room.mentions === 1)
  await erase(ann, roomId, messageId)
  const line = await untilInbox(socket, roomId, room => room.unread === 1)
  expect(line.mentions).toBe(0)
  expect(JSON.stringify(line)).not.toContain('not what I meant')
})

test('[P4.inbox.9] an edit of the last message shows in lastMessage and leaves the counts', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  const { messageId } = await post(ann, roomId, 'frist', { mentions: [bob.id] })
  await untilInbox(socket, roomId, room => room.unread === 1)
  expectSuccess(await ann.api.patch(roomPath(roomId, `/messages/${messageId}`), { content: 'first' }))
  const line = await untilInbox(socket, roomId, room => room.lastMessage?.content === 'first')
  expect(line).toMatchObject({ unread: 1, mentions: 1 })
})

test('[P4.inbox.10] a room that one was added to, joined or made comes into it', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [added, open] = [await makeRoom(ann, { name: 'Added' }), await makeRoom(ann, { type: 'public', name: 'Open' })]
  const socket = await bob.connect({ inbox: true })
  await grant(ann, added, bob, 'member')
  expect(await untilInbox(socket, added, () => true)).toMatchObject({ name: 'Added', unread: 0, lastMessage: null })
  await join(bob, open)
  expect(await untilInbox(socket, open, () => true)).toMatchObject({ name: 'Open', unread: 0 })
  const made = await makeRoom(bob, { name: 'Mine' })
  expect(await untilInbox(socket, made, () => true)).toMatchObject({ name: 'Mine', unread: 0 })
  const created = await makeRoom(ann, { members: [bob], name: 'With me' })
  expect(await untilInbox(socket, created, () => true)).toMatchObject({ name: 'With me', unread: 0 })
})

test('[P4.inbox.11] a new name of the room comes into it', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob], name: 'Old' })
  const socket = await bob.connect({ inbox: true })
  expectSuccess(await ann.api.patch(roomPath(roomId), { name: 'New' }))
  await untilInbox(socket, roomId, room => room.name === 'New')
})

test('[P4.inbox.12] nothing of rooms that are not one’s own, public ones that one reads included', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [closed, open] = [await makeRoom(ann), await makeRoom(ann, { type: 'public' })]
  const mine = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  await socket.open(open)
  for (const roomId of [closed, open]) await post(ann, roomId, 'not for bob', { mentions: [bob.id] })
  const { seq } = await post(ann, mine, 'for bob')
  await untilInbox(socket, mine, room => room.seq === seq)
  for (const roomId of [closed, open]) expect(inboxOf(socket, roomId)).toEqual([])
})

test.each(['kicked', 'left', 'deleted'])(
  '[P4.inbox.13] after one was %s nothing of the room comes any more',
  async how => {
    const [ann, bob] = await people('ann', 'bob')
    const [roomId, mine] = [
      await makeRoom(ann, { members: [bob], type: 'public' }),
      await makeRoom(ann, { members: [bob] }),
    ]
    const socket = await bob.connect({ inbox: true })
    const before = await post(ann, roomId, 'before')
    await untilInbox(socket, roomId, room => room.seq === before.seq)
    if (how === 'kicked') await kick(ann, roomId, bob)
    else if (how === 'left') await leave(bob, roomId)
    else expectSuccess(await ann.api.delete(roomPath(roomId)))
    const from = socket.log.length
    for (let round = 0; round < 2; round += 1) {
      if (how !== 'deleted') await post(ann, roomId, 'after', { mentions: [bob.id] })
      const { seq } = await post(ann, mine, 'meanwhile')
      await untilInbox(socket, mine, room => room.seq === seq)
    }
    expect(inboxOf(socket, roomId, from).filter(room => room.seq > before.seq)).toEqual([])
    expect(JSON.stringify(socket.log.slice(from))).not.toContain('after')
  },
)

test('[P4.inbox.14] unread is capped at 100 there too', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  const acks = await fill(ann, roomId, 103)
  const head = acks.at(-1)?.seq ?? 0
  expect((await untilInbox(socket, roomId, room => room.seq === head)).unread).toBe(100)
  await erase(ann, roomId, acks[0]?.messageId ?? '')
  expect((await untilInbox(socket, roomId, room => room.seq === head + 1)).unread).toBe(100)
  socket.send({ type: 'room.read', roomId, seq: acks[3]?.seq })
  await untilInbox(socket, roomId, room => room.unread === 99)
  socket.send({ type: 'room.read', roomId, seq: head })
  await untilInbox(socket, roomId, room => room.unread === 0)
})

test('[P4.inbox.15] the inbox and GET /api/rooms tell a room alike', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  const acks = await fill(ann, roomId, 4)
  await post(ann, roomId, 'you', { mentions: [bob.id] })
  expectSuccess(await bob.api.put(roomPath(roomId, '/read'), { seq: acks[1]?.seq }))
  await erase(ann, roomId, acks[3]?.messageId ?? '')
  const listed = await entryOf(bob, roomId)
  const told = await untilInbox(socket, roomId, room => isSameLine(room, listed))
  expect(lineOf(told)).toEqual(lineOf(listed))
})

test('[P4.inbox.16] a session without a room, and one whose rooms come later, is served as well', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const socket = await bob.connect({ inbox: true })
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'welcome')
  expect(await untilInbox(socket, roomId, room => room.seq === seq)).toMatchObject({ unread: 1 })
})

test.each(['yes', 1, null, {}])('[P4.inbox.17] inbox that is no boolean is bad_request: %j', async inbox => {
  const ann = await person('ann')
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const client = { name: 'conformance', version: '1' }
  socket.send({ type: 'session.hello', protocol: 1, client, inbox, ref: unique('r') })
  expect(await socket.next('error')).toMatchObject({ code: 'bad_request', retryable: false })
})
