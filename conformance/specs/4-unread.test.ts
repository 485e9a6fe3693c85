import { expect, test } from 'vitest'
import { expectSuccess } from '../src/http.ts'
import { entryOf } from '../src/inbox.ts'
import { people } from '../src/people.ts'
import { markRead, unreadOf } from '../src/reading.ts'
import { erase, fill, grant, join, leave, logOf, makeRoom, post, roomPath } from '../src/rooms.ts'

test('[P4.unread.1] unread counts the messages by others above lastReadSeq', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 5)
  await post(bob, roomId, 'my own does not count')
  expect((await unreadOf(bob, roomId)).unread).toBe(5)
  expect((await unreadOf(ann, roomId)).unread).toBe(1)
  await markRead(bob, roomId, acks[2]?.seq ?? 0)
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
  await markRead(bob, roomId, acks[1]?.seq ?? 0)
  expect((await unreadOf(bob, roomId)).unread).toBe(100)
  await markRead(bob, roomId, acks[3]?.seq ?? 0)
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

test('[P4.unread.8] mentions counts the unread messages that mention me: each once, my own not', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const first = await post(ann, roomId, 'you and you again', { mentions: [bob.id, bob.id] })
  await post(ann, roomId, 'somebody else', { mentions: [ann.id] })
  await post(bob, roomId, 'a note to myself', { mentions: [bob.id] })
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 2, mentions: 1 })
  await markRead(bob, roomId, first.seq)
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 1, mentions: 0 })
})

test('[P4.unread.9] an edit, a reaction and a pin leave the counts as they were', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'frist', { mentions: [bob.id] })
  const socket = await ann.connect()
  for (const frame of [
    { type: 'message.edit', content: 'first' },
    { type: 'reaction.add', key: '👍' },
    { type: 'message.pin' },
    { type: 'message.unpin' },
    { type: 'reaction.remove', key: '👍' },
  ]) {
    expect(await socket.request({ roomId, messageId, ...frame })).toMatchObject({ type: 'ok' })
    expect(await entryOf(bob, roomId)).toMatchObject({ unread: 1, mentions: 1 })
  }
})

test('[P4.unread.10] a message is unread to those who were there when it came, and to nobody who came after', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob] })
  await post(ann, roomId, 'both of you', { mentions: [bob.id, cy.id] })
  await grant(ann, roomId, cy, 'member')
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 1, mentions: 1 })
  expect(await entryOf(cy, roomId)).toMatchObject({ unread: 0, mentions: 0 })
})

test('[P4.unread.11] what is unread to one is the same in the snapshot of a socket and in every list', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const acks = await fill(ann, roomId, 6)
  await markRead(bob, roomId, acks[1]?.seq ?? 0)
  const { snapshot } = await (await bob.connect()).open(roomId)
  expect(snapshot).toMatchObject(await unreadOf(bob, roomId))
  expect(snapshot?.unread).toBe(4)
})
