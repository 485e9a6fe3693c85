import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import type { Frames } from '../src/contract.ts'
import { expectSuccess } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { headOf, history, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectMessageId, expectSeq, expectTime } from '../src/shape.ts'
import { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

test('[P4.send.1] message.ack carries clientId, roomId, messageId, seq, at, duplicate', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const clientId = unique('c')
  const ack = await socket.say(roomId, 'hello', { clientId })
  if (ack.type !== 'message.ack') throw new Error(ack.message)
  expect(ack).toMatchObject({ clientId, roomId, duplicate: false })
  expectMessageId(ack.messageId)
  expectSeq(ack.seq)
  expectTime(ack.at)
  expect((await history(ann, roomId)).messages[0]).toMatchObject({ id: ack.messageId, seq: ack.seq, createdAt: ack.at })
})

test('[P4.send.2] a room need not be open to send to it', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  expect(await socket.say(roomId, 'hello')).toMatchObject({ type: 'message.ack' })
  await socket.fence()
  expect(socket.events(roomId)).toEqual([])
})

test('[P4.send.3] an error about a send carries its clientId and roomId', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const clientId = unique('c')
  const error = await socket.say(roomId, '', { clientId })
  expect(error).toMatchObject({ type: 'error', clientId, roomId, code: 'bad_request', retryable: false })
})

test('[P4.send.4] sending to a public room that one has not joined is forbidden', async () => {
  const [ann, guest] = await people('ann', 'guest')
  const roomId = await makeRoom(ann, { type: 'public' })
  const socket = await guest.connect()
  await socket.open(roomId)
  expect(await socket.say(roomId, 'may I?')).toMatchObject({ type: 'error', code: 'forbidden', retryable: false })
  expect(await headOf(ann, roomId)).toBe(2)
})

test('[P4.send.5] sending to a private room of others, or to none, is not_found, alike', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const foreign = await makeRoom(bob)
  const missing = unique('room')
  const socket = await ann.connect()
  const messages = []
  for (const roomId of [foreign, missing]) {
    const error = await socket.say(roomId, 'hello?')
    if (error.type !== 'error') throw new Error('it was accepted')
    expect(error).toMatchObject({ code: 'not_found', roomId })
    messages.push(error.message.replace(roomId, 'ID'))
  }
  expect(messages[0]).toBe(messages[1])
  expect(await headOf(bob, foreign)).toBe(2)
})

test('[P4.send.6] content of limits.contentBytes is taken, one byte more is too_large; bytes of UTF-8 count', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await Socket.connect(ann.at, { token: ann.token })
  const { limits } = await socket.hello()
  const full = 'é'.repeat(limits.contentBytes / 2)
  expect(await socket.say(roomId, full)).toMatchObject({ type: 'message.ack' })
  expect(await socket.say(roomId, 'x'.repeat(limits.contentBytes))).toMatchObject({ type: 'message.ack' })
  for (const content of [`${full}x`, 'x'.repeat(limits.contentBytes + 1)]) {
    expect(await socket.say(roomId, content)).toMatchObject({ type: 'error', code: 'too_large', retryable: false })
  }
  expect((await history(ann, roomId)).messages.length).toBe(2)
})

test('[P4.send.7] empty content without attachment is bad_request', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  for (const extra of [{}, { attachments: [] }]) {
    expect(await socket.say(roomId, '', extra)).toMatchObject({ type: 'error', code: 'bad_request' })
  }
  expect(await headOf(ann, roomId)).toBe(2)
})

test('[P4.send.8] the same send again over the same session: the first ack with duplicate true', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const frame = { type: 'message.send', clientId: 'same', roomId, content: 'hello' }
  socket.send([frame, frame, frame])
  const acks: Frames['message.ack'][] = []
  for (let index = 0; index < 3; index += 1) acks.push(await socket.next('message.ack'))
  expect(acks.filter(ack => !ack.duplicate).length).toBe(1)
  expect(new Set(acks.map(ack => `${ack.messageId} ${ack.seq} ${ack.at}`)).size).toBe(1)
})

test('[P4.send.11] seen out of range is clamped to the log: below 0 to nothing, beyond its end to its end', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const sent = []
  for (const seen of [-5, 1_000_000, 1e308]) sent.push(await post(ann, roomId, `seen ${seen}`, { seen }))
  const seen = (await history(ann, roomId)).messages.map(message => message.seen ?? 0)
  expect(seen[0]).toBe(0)
  for (const index of [1, 2]) {
    expect(seen[index]).toBeGreaterThan(0)
    expect(seen[index], 'nobody has seen what is not there').toBeLessThanOrEqual(sent[index]?.seq ?? 0)
  }
})

test('[P4.cancel.1] message.cancel answers ok, also for a clientId that was never refused', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  expect(await socket.request({ type: 'message.cancel', clientId: 'never-sent', roomId })).toMatchObject({ type: 'ok' })
  expect(await socket.say(roomId, 'goes on', { clientId: 'never-sent' })).toMatchObject({ type: 'message.ack' })
})

test('[P4.cancel.2] message.cancel takes nothing back that was acknowledged', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  await socket.say(roomId, 'hello', { clientId: 'sent' })
  await socket.request({ type: 'message.cancel', clientId: 'sent', roomId })
  expect((await history(ann, roomId)).messages.map(message => message.content)).toEqual(['hello'])
})

test('[P4.send.9] a final refusal (retryable false) does not hold up the sends behind it', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const [refused, next] = await Promise.all([socket.say(roomId, ''), socket.say(roomId, 'next')])
  expect(refused).toMatchObject({ type: 'error', retryable: false })
  expect(next).toMatchObject({ type: 'message.ack' })
})

test('[P4.send.10] every reader of the room gets the message live, with the fields that history gives', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const reader = await bob.connect()
  await reader.open(roomId)
  const { seq } = await post(ann, roomId, 'hello', { mentions: [bob.id], seen: 1 })
  const event = await reader.event(roomId, seq)
  expect(event.message).toEqual((await history(bob, roomId)).messages[0])
})

test('[P4.slow.1] slow mode: a second message within slowModeMs is rate_limited, and what follows out_of_order', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  expectSuccess(await ann.api.patch(roomPath(roomId), { slowModeMs: 3000 }))
  const socket = await bob.connect()
  const answers = await Promise.all(['one', 'two', 'three'].map(id => socket.say(roomId, id, { clientId: id })))
  expect(answers).toMatchObject([
    { type: 'message.ack', clientId: 'one' },
    { type: 'error', clientId: 'two', code: 'rate_limited', retryable: true },
    { type: 'error', clientId: 'three', code: 'out_of_order', retryable: true },
  ])
  const sent = async () =>
    (await socket.say(roomId, 'two', { clientId: 'two' })).type === 'message.ack' ? true : undefined
  await eventually(sent, 'the end of the wait')
  expect(await socket.say(roomId, 'three', { clientId: 'three' })).toMatchObject({ code: 'rate_limited' })
  expect((await history(ann, roomId)).messages.map(message => message.clientId)).toEqual(['one', 'two'])
})

test('[P4.ref.4] retryable is false for every code but rate_limited, out_of_order and unavailable', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [mine, open] = [await makeRoom(ann, { members: [bob] }), await makeRoom(bob, { type: 'public' })]
  const [socket, muted] = [await ann.connect(), await bob.connect()]
  expectSuccess(await ann.api.put(roomPath(mine, `/mutes/${bob.id}`)))
  await socket.say(mine, 'first', { clientId: 'taken' })
  const errors = [
    await socket.say(mine, ''),
    await socket.say(open, 'not joined'),
    await socket.say('no-such-room', 'x'),
    await socket.say(mine, 'other content', { clientId: 'taken' }),
    await socket.say(mine, 'x'.repeat(socket.limits.contentBytes + 1)),
    await muted.say(mine, 'muted'),
  ]
  const codes = errors.map(error => (error.type === 'error' ? error.code : 'accepted'))
  expect(codes).toEqual(['bad_request', 'forbidden', 'not_found', 'conflict', 'too_large', 'muted'])
  for (const error of errors) expect(error).toMatchObject({ retryable: false })
})
