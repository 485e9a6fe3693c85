import { expect, test } from 'vitest'
import { people, person } from '../src/people.ts'
import { headOf, logOf, makeRoom, messageOf, post } from '../src/rooms.ts'
import { expectTime, expectTombstone } from '../src/shape.ts'
import { Socket } from '../src/socket.ts'

/** A room with one message of ann, read by a socket of hers and watched by one of bob's. */
async function scene() {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  const [socket, watcher] = [await ann.connect(), await bob.connect()]
  await watcher.open(roomId)
  return { ann, bob, roomId, messageId, seq, socket, watcher }
}

test('[P4.edit.1] message.edit answers ok with the seq of its event, and readers get it', async () => {
  const { ann, roomId, messageId, seq, socket, watcher } = await scene()
  const answer = await socket.request({ type: 'message.edit', roomId, messageId, content: 'hello, edited' })
  expect(answer).toMatchObject({ type: 'ok', seq: seq + 1 })
  const event = await watcher.event(roomId, seq + 1)
  expect(event).toMatchObject({ kind: 'message.edited', messageId, content: 'hello, edited', by: ann.id })
  const message = await messageOf(ann, roomId, messageId)
  expect(message).toMatchObject({ content: 'hello, edited', seq })
  expectTime(message.editedAt)
})

test('[P4.edit.2] an edit obeys the limits of content', async () => {
  const { ann, roomId, messageId } = await scene()
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const { limits } = await socket.hello()
  const edit = { type: 'message.edit', roomId, messageId }
  const tooLong = 'x'.repeat(limits.contentBytes + 1)
  expect(await socket.request({ ...edit, content: tooLong })).toMatchObject({ type: 'error', code: 'too_large' })
  expect(await socket.request({ ...edit, content: '' })).toMatchObject({ type: 'error', code: 'bad_request' })
  expect((await messageOf(ann, roomId, messageId)).content).toBe('hello')
})

test('[P4.delete.1] message.delete answers ok with the seq of its event, and readers get it', async () => {
  const { ann, roomId, messageId, seq, socket, watcher } = await scene()
  const answer = await socket.request({ type: 'message.delete', roomId, messageId })
  expect(answer).toMatchObject({ type: 'ok', seq: seq + 1 })
  expect(await watcher.event(roomId, seq + 1)).toMatchObject({ kind: 'message.deleted', messageId, by: ann.id })
  expectTombstone(await messageOf(ann, roomId, messageId))
})

test('[P4.reaction.1] reaction.add and reaction.remove answer ok with the seq of their event', async () => {
  const { ann, bob, roomId, messageId, seq, socket, watcher } = await scene()
  const reaction = { roomId, messageId, key: '👍' }
  expect(await socket.request({ type: 'reaction.add', ...reaction })).toMatchObject({ type: 'ok', seq: seq + 1 })
  expect(await watcher.request({ type: 'reaction.add', ...reaction })).toMatchObject({ type: 'ok', seq: seq + 2 })
  const { reactions } = await messageOf(ann, roomId, messageId)
  expect(Object.keys(reactions)).toEqual(['👍'])
  expect(new Set(reactions['👍'])).toEqual(new Set([ann.id, bob.id]))
  expect(await socket.request({ type: 'reaction.remove', ...reaction })).toMatchObject({ type: 'ok', seq: seq + 3 })
  expect((await messageOf(ann, roomId, messageId)).reactions).toEqual({ '👍': [bob.id] })
  expect(await watcher.event(roomId, seq + 3)).toMatchObject({ kind: 'reaction.removed', userId: ann.id })
})

test('[P4.reaction.2] a reaction that changes nothing adds no event and answers the latest seq of the room', async () => {
  const { ann, roomId, messageId, socket } = await scene()
  const reaction = { roomId, messageId, key: '👍' }
  await socket.request({ type: 'reaction.add', ...reaction })
  const { seq } = await post(ann, roomId, 'later')
  expect(await socket.request({ type: 'reaction.add', ...reaction })).toMatchObject({ type: 'ok', seq })
  const absent = { type: 'reaction.remove', ...reaction, key: 'never added' }
  expect(await socket.request(absent)).toMatchObject({ type: 'ok', seq })
  expect(await headOf(ann, roomId)).toBe(seq)
  expect((await messageOf(ann, roomId, messageId)).reactions).toEqual({ '👍': [ann.id] })
})

test('[P4.reaction.3] the last reaction of a key removed, the key is gone', async () => {
  const { ann, roomId, messageId, socket } = await scene()
  const reaction = { roomId, messageId, key: 'x' }
  await socket.request({ type: 'reaction.add', ...reaction })
  await socket.request({ type: 'reaction.remove', ...reaction })
  expect((await messageOf(ann, roomId, messageId)).reactions).toEqual({})
})

test('[P4.pin.1] message.pin and message.unpin answer ok with the seq of their event', async () => {
  const { ann, roomId, messageId, seq, socket, watcher } = await scene()
  expect(await socket.request({ type: 'message.pin', roomId, messageId })).toMatchObject({ type: 'ok', seq: seq + 1 })
  expect((await messageOf(ann, roomId, messageId)).pinned).toBe(true)
  expect(await socket.request({ type: 'message.unpin', roomId, messageId })).toMatchObject({ type: 'ok', seq: seq + 2 })
  expect((await messageOf(ann, roomId, messageId)).pinned).toBe(false)
  expect(await watcher.event(roomId, seq + 2)).toMatchObject({ kind: 'message.unpinned', messageId })
})

const ON_A_MESSAGE = [
  { type: 'message.edit', content: 'x' },
  { type: 'message.delete' },
  { type: 'reaction.add', key: 'x' },
  { type: 'reaction.remove', key: 'x' },
  { type: 'message.pin' },
  { type: 'message.unpin' },
]

test.each(ON_A_MESSAGE)('[P4.missing.1] $type of a message that is not in the room is not_found', async command => {
  const { ann, roomId, seq, socket } = await scene()
  const elsewhere = await post(ann, await makeRoom(ann), 'elsewhere')
  for (const messageId of ['01890000-0000-7000-8000-000000000000', elsewhere.messageId]) {
    const answer = await socket.request({ ...command, roomId, messageId })
    expect(answer).toMatchObject({ type: 'error', code: 'not_found', retryable: false })
  }
  expect(await headOf(ann, roomId)).toBe(seq)
})

test.each(ON_A_MESSAGE)('[P4.missing.2] $type in a private room of others is not_found, as in none', async command => {
  const { ann, roomId, messageId, seq } = await scene()
  const stranger = await (await person('stranger')).connect()
  const messages = []
  for (const id of [roomId, 'no-such-room']) {
    const answer = await stranger.request({ ...command, roomId: id, messageId })
    if (answer.type !== 'error') throw new Error('it was accepted')
    expect(answer.code).toBe('not_found')
    messages.push(answer.message.replace(id, 'ID'))
  }
  expect(messages[0]).toBe(messages[1])
  expect((await logOf(ann, roomId)).length).toBe(seq)
})

test.each(ON_A_MESSAGE)('[P4.missing.3] $type in a public room that one has not joined is forbidden', async command => {
  const [ann, guest] = await people('ann', 'guest')
  const roomId = await makeRoom(ann, { type: 'public' })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  const socket = await guest.connect()
  const answer = await socket.request({ ...command, roomId, messageId })
  expect(answer).toMatchObject({ type: 'error', code: 'forbidden', retryable: false })
  expect(await headOf(ann, roomId)).toBe(seq)
})
