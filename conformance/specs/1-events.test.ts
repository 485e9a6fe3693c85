import { expect, test } from 'vitest'
import type { RoomEvent } from '../src/contract.ts'
import { expectSuccess } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { ban, commands, grant, join, kick, leave, logOf, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectContiguous, expectEvent, expectTime } from '../src/shape.ts'

interface Command {
  readonly type: string
  readonly roomId: string
  readonly messageId: string
  readonly [field: string]: string
}

/** The last event of the room's log, its shape checked on the way. */
async function lastEvent(reader: Person, roomId: string): Promise<RoomEvent> {
  const event = (await logOf(reader, roomId)).at(-1)
  if (event === undefined) throw new Error('the log is empty')
  expectEvent(event)
  return event
}

/** Sends one command, which must be answered `ok`, and returns the event it left at the end of the log. */
async function eventOf(sender: Person, frame: Command): Promise<RoomEvent> {
  const [answer] = await commands(sender, [{ ref: 'r', ...frame }])
  expect(answer).toMatchObject({ type: 'ok', ref: 'r' })
  const event = await lastEvent(sender, frame.roomId)
  expect(answer).toMatchObject({ seq: event.seq })
  return event
}

test('[P1.log.1] every durable change is an event: seqs of a room are 1, 2, 3, … with no gap', async () => {
  const [owner, guest] = await people('owner', 'guest')
  const roomId = await makeRoom(owner, { type: 'public' })
  await join(guest, roomId)
  const { messageId } = await post(guest, roomId, 'hello')
  await eventOf(owner, { type: 'message.pin', roomId, messageId })
  expectSuccess(await owner.api.patch(roomPath(roomId), { topic: 'news' }))
  const log = await logOf(owner, roomId)
  expect(log.map(event => event.kind)).toEqual([
    'room.created',
    'member.joined',
    'member.joined',
    'message.created',
    'message.pinned',
    'room.updated',
  ])
  expectContiguous(log, 1)
})

test('[P1.log.2] a new log begins room.created, then member.joined per initial member, the creator first', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { members: [ann, bob] })
  const log = await logOf(owner, roomId)
  for (const event of log) expectEvent(event)
  expect(log.map(event => event.kind)).toEqual(['room.created', 'member.joined', 'member.joined', 'member.joined'])
  expect(log[1]?.member).toMatchObject({ userId: owner.id, name: owner.name, role: 'owner' })
  const others = log.slice(2).map(event => event.member)
  expect(new Set(others.map(member => member?.userId))).toEqual(new Set([ann.id, bob.id]))
  expect(others.map(member => member?.role)).toEqual(['member', 'member'])
  expect(new Set(log.map(event => event.by))).toEqual(new Set([owner.id]))
})

test('[P1.log.3] a creator who names himself among the members joins once', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann, owner, ann] })
  const joined = (await logOf(owner, roomId)).filter(event => event.kind === 'member.joined')
  expect(joined.map(event => event.member?.userId)).toEqual([owner.id, ann.id])
})

test('[P1.event.1] room.created carries the room and is seq 1', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner, { name: 'Ops', metadata: { colour: 'red' } })
  const [first] = await logOf(owner, roomId)
  expect(first).toMatchObject({ seq: 1, kind: 'room.created', by: owner.id })
  expect(first?.room).toMatchObject({ id: roomId, name: 'Ops', type: 'private', createdBy: owner.id })
  expect(first?.room?.metadata).toEqual({ colour: 'red' })
})

test('[P1.event.2] room.updated carries the whole room after the change', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner, { name: 'Before' })
  expectSuccess(await owner.api.patch(roomPath(roomId), { name: 'After' }))
  const event = await lastEvent(owner, roomId)
  expect(event).toMatchObject({ kind: 'room.updated', by: owner.id })
  expect(event.room).toMatchObject({ id: roomId, name: 'After', type: 'private', createdBy: owner.id })
})

test('[P1.event.3] member.joined carries the member; by is the one who acted', async () => {
  const [owner, guest, added] = await people('owner', 'guest', 'added')
  const roomId = await makeRoom(owner, { type: 'public' })
  await join(guest, roomId)
  const own = await lastEvent(owner, roomId)
  expect(own).toMatchObject({ kind: 'member.joined', by: guest.id })
  expect(own.member).toMatchObject({ userId: guest.id, name: guest.name, role: 'member' })
  await grant(owner, roomId, added, 'member')
  const by = await lastEvent(owner, roomId)
  expect(by).toMatchObject({ kind: 'member.joined', by: owner.id, member: { userId: added.id, role: 'member' } })
})

test('[P1.event.4] member.updated carries the member with the new role', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  await grant(owner, roomId, ann, 'admin')
  const event = await lastEvent(owner, roomId)
  expect(event).toMatchObject({ kind: 'member.updated', by: owner.id, member: { userId: ann.id, role: 'admin' } })
})

test('[P1.event.5] member.left carries the user and the reason: left, kicked or banned', async () => {
  const [owner, ann, bob, cy] = await people('owner', 'ann', 'bob', 'cy')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann, bob, cy] })
  await leave(ann, roomId)
  expect(await lastEvent(owner, roomId)).toMatchObject({ userId: ann.id, by: ann.id, reason: 'left' })
  await kick(owner, roomId, bob)
  expect(await lastEvent(owner, roomId)).toMatchObject({ userId: bob.id, by: owner.id, reason: 'kicked' })
  await ban(owner, roomId, cy)
  const last = await lastEvent(owner, roomId)
  expect(last).toMatchObject({ kind: 'member.left', userId: cy.id, by: owner.id, reason: 'banned' })
})

test('[P1.event.6] message.created carries the message, whose seq is that of the event', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const ack = await post(owner, roomId, 'hello')
  const event = await lastEvent(owner, roomId)
  expect(event).toMatchObject({ kind: 'message.created', by: owner.id, seq: ack.seq })
  expect(event.message).toMatchObject({ id: ack.messageId, seq: ack.seq, roomId, senderId: owner.id, content: 'hello' })
})

test('[P1.event.7] message.edited and message.deleted carry the messageId and their times', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const { messageId } = await post(owner, roomId, 'one')
  const edit = { type: 'message.edit', roomId, messageId, content: 'two' }
  const edited = await eventOf(owner, edit)
  expect(edited).toMatchObject({ kind: 'message.edited', by: owner.id, messageId, content: 'two' })
  expectTime(edited.editedAt)
  const removal = { type: 'message.delete', roomId, messageId }
  const deleted = await eventOf(owner, removal)
  expect(deleted).toMatchObject({ kind: 'message.deleted', by: owner.id, messageId })
  expectTime(deleted.deletedAt)
})

test('[P1.event.8] reaction.added and reaction.removed carry messageId, key and userId', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const { messageId } = await post(owner, roomId, 'one')
  const add = { type: 'reaction.add', roomId, messageId, key: '👍' }
  const stated = { messageId, key: '👍', userId: owner.id, by: owner.id }
  expect(await eventOf(owner, add)).toMatchObject({ kind: 'reaction.added', ...stated })
  const remove = { ...add, type: 'reaction.remove' }
  expect(await eventOf(owner, remove)).toMatchObject({ kind: 'reaction.removed', ...stated })
})

test('[P1.event.9] message.pinned and message.unpinned carry the messageId', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const { messageId } = await post(owner, roomId, 'one')
  const pin = { type: 'message.pin', roomId, messageId }
  expect(await eventOf(owner, pin)).toMatchObject({ kind: 'message.pinned', messageId, by: owner.id })
  const unpin = { type: 'message.unpin', roomId, messageId }
  expect(await eventOf(owner, unpin)).toMatchObject({ kind: 'message.unpinned', messageId, by: owner.id })
})
