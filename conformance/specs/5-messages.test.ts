import { expect, test } from 'vitest'
import type { Ack } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { commands, headOf, history, makeRoom, messageOf, post, roomPath } from '../src/rooms.ts'
import { expectMessageId, expectTime, expectTombstone } from '../src/shape.ts'
import { unique } from '../src/unique.ts'

test('[P5.post.1] POST a message: 201 and messageId, seq, at, duplicate false', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const body = { clientId: unique('c'), content: 'hello' }
  const ack = expectBody(await ann.api.post<Ack>(roomPath(roomId, '/messages'), body), 201)
  expectMessageId(ack.messageId)
  expectTime(ack.at)
  expect(ack).toMatchObject({ seq: 3, duplicate: false })
})

test('[P5.post.2] a duplicate answers 200 and the first one’s ack', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const body = { clientId: unique('c'), content: 'hello' }
  const first = expectBody(await ann.api.post<Ack>(roomPath(roomId, '/messages'), body), 201)
  const again = expectBody(await ann.api.post<Ack>(roomPath(roomId, '/messages'), body), 200)
  expect(again).toEqual({ ...first, duplicate: true })
})

test('[P5.post.3] refusals: 400 empty or malformed, 413 too large, 403 not joined, 404 private', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [open, closed] = [await makeRoom(ann, { type: 'public' }), await makeRoom(ann)]
  const { contentBytes } = (await ann.connect()).limits
  const send = (roomId: string, body: object, who = ann) => who.api.post(roomPath(roomId, '/messages'), body)
  for (const body of [
    {},
    { clientId: 'c' },
    { content: 'x' },
    { clientId: 'c', content: '' },
    { clientId: 'c', content: 7 },
  ]) {
    expectProblem(await send(open, body), 400, 'bad_request')
  }
  const good = { clientId: 'c', content: 'hello' }
  expectProblem(await send(open, { ...good, content: 'x'.repeat(contentBytes + 1) }), 413, 'too_large')
  expectProblem(await send(open, good, bob), 403, 'forbidden')
  expectProblem(await send(closed, good, bob), 404, 'not_found')
  expectProblem(await send('no-such-room', good), 404, 'not_found')
  for (const roomId of [open, closed]) expect(await headOf(ann, roomId)).toBe(2)
})

test('[P5.patch.1] PATCH edits an own message', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  const path = roomPath(roomId, `/messages/${messageId}`)
  expectSuccess(await ann.api.patch(path, { content: 'edited' }))
  expect(await messageOf(bob, roomId, messageId)).toMatchObject({ content: 'edited', seq })
  expectProblem(await bob.api.patch(path, { content: 'mine now' }), 403, 'forbidden')
  const { contentBytes } = (await ann.connect()).limits
  for (const body of [{ content: '' }, {}, { content: 7 }]) {
    expectProblem(await ann.api.patch(path, body), 400, 'bad_request')
  }
  expectProblem(await ann.api.patch(path, { content: 'x'.repeat(contentBytes + 1) }), 413, 'too_large')
  expect(await headOf(ann, roomId)).toBe(seq + 1)
})

test('[P5.delete.1] DELETE deletes an own message', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'hello')
  const path = roomPath(roomId, `/messages/${messageId}`)
  expectProblem(await bob.api.delete(path), 403, 'forbidden')
  expectSuccess(await ann.api.delete(path))
  expectTombstone(await messageOf(bob, roomId, messageId))
})

test('[P5.patch.2] a message that is not in the room is 404', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const elsewhere = await post(ann, await makeRoom(ann), 'elsewhere')
  for (const id of ['01890000-0000-7000-8000-000000000000', elsewhere.messageId]) {
    const path = roomPath(roomId, `/messages/${id}`)
    expectProblem(await ann.api.patch(path, { content: 'x' }), 404, 'not_found')
    expectProblem(await ann.api.delete(path), 404, 'not_found')
  }
})

test('[P5.commands.1] POST /api/commands answers each frame, in order', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const first = await post(ann, roomId, 'first')
  const answers = await commands(ann, [
    { type: 'message.send', clientId: 'one', roomId, content: '1' },
    { type: 'reaction.add', ref: 'a', roomId, messageId: first.messageId, key: 'x' },
    { type: 'message.send', clientId: 'two', roomId, content: '2' },
    { type: 'no.such.command', ref: 'b' },
    { type: 'message.send', clientId: 'three', roomId, content: '' },
    { type: 'message.cancel', ref: 'c', clientId: 'three', roomId },
    { type: 'ping', n: 5 },
  ])
  expect(answers).toMatchObject([
    { type: 'message.ack', clientId: 'one', seq: 4 },
    { type: 'ok', ref: 'a', seq: 5 },
    { type: 'message.ack', clientId: 'two', seq: 6 },
    { type: 'error', ref: 'b', code: 'bad_request' },
    { type: 'error', clientId: 'three', code: 'bad_request' },
    { type: 'ok', ref: 'c' },
    { type: 'pong', n: 5 },
  ])
})

test('[P5.commands.2] session.hello, room.open and room.close are not for POST /api/commands', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const frames = [
    { type: 'session.hello', ref: 'a', protocol: 1, client: { name: 'c', version: '1' } },
    { type: 'room.open', ref: 'b', roomId },
    { type: 'room.close', ref: 'c', roomId },
  ]
  const answers = await commands(ann, frames)
  expect(answers.map(answer => answer.type)).toEqual(['error', 'error', 'error'])
  const codes = answers.map(answer => (answer.type === 'error' ? answer.code : ''))
  for (const code of codes) expect(['bad_request', 'unsupported']).toContain(code)
})

test('[P5.commands.3] an empty array answers an empty array; what is no array of frames is 400', async () => {
  const ann = await person('ann')
  expect(await commands(ann, [])).toEqual([])
  for (const body of ['x', 7, [1], [[]], null]) {
    expectProblem(await ann.api.post('/api/commands', body), 400, 'bad_request')
  }
})

test('[P5.commands.4] messages of one request get seqs in the order of the request', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const clientIds = Array.from({ length: 40 }, () => unique('c'))
  await commands(
    ann,
    clientIds.map(clientId => ({ type: 'message.send', clientId, roomId, content: clientId })),
  )
  expect((await history(ann, roomId)).messages.map(message => message.clientId)).toEqual(clientIds)
})

test('[P5.commands.5] room.read works there and leaves the order of answers intact', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { seq } = await post(ann, roomId, 'read me')
  const answers = await commands(bob, [
    { type: 'room.read', roomId, seq },
    { type: 'ping', n: 1 },
  ])
  expect(answers.filter(answer => answer.type === 'pong')).toEqual([{ type: 'pong', n: 1 }])
  const socket = await bob.connect()
  expect((await socket.open(roomId)).snapshot).toMatchObject({ lastReadSeq: seq, unread: 0 })
})
