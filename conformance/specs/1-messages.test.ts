import { expect, test } from 'vitest'
import type { Ack, SyncAnswer } from '../src/contract.ts'
import { expectBody, expectProblem } from '../src/http.ts'
import { people, person, withToken } from '../src/people.ts'
import { commands, history, logOf, makeRoom, messageOf, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { expectMessage, expectMessageId, expectRoom, expectTime } from '../src/shape.ts'
import { mint } from '../src/tokens.ts'
import { unique } from '../src/unique.ts'

test('[P1.message.1] a message has every stated field', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const clientId = unique('c')
  const before = Date.now()
  const ack = await post(ann, roomId, 'hello', { clientId })
  const message = await messageOf(owner, roomId, ack.messageId)
  expectMessage(message)
  expect(message).toMatchObject({
    id: ack.messageId,
    seq: ack.seq,
    roomId,
    senderId: ann.id,
    senderName: ann.name,
    clientId,
    type: 'text',
    content: 'hello',
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  })
  expect(message.createdAt).toBe(ack.at)
  expect(Math.abs(message.createdAt - before), 'stamped with the time of day').toBeLessThan(3_600_000)
})

test('[P1.message.2] messageId is a UUIDv7 made by the server', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const own = '01890000-0000-7000-8000-000000000000'
  const ack = await post(owner, roomId, 'hello', { messageId: own, id: own })
  expectMessageId(ack.messageId)
  expect(ack.messageId).not.toBe(own)
})

test('[P1.message.3] type is text unless kind says image or file', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const kinds = [undefined, 'text', 'image', 'file']
  const acks = []
  for (const kind of kinds) acks.push(await post(owner, roomId, 'one', kind === undefined ? {} : { kind }))
  const { messages } = await history(owner, roomId)
  expect(messages.map(message => message.type)).toEqual(['text', 'text', 'image', 'file'])
  const body = { clientId: unique('c'), content: 'x', kind: 'hologram' }
  expectProblem(await owner.api.post(roomPath(roomId, '/messages'), body), 400, 'bad_request')
})

test('[P1.message.4] replyTo, mentions and seen come back as sent', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const first = await post(owner, roomId, 'question')
  const extra = { replyTo: first.messageId, mentions: [owner.id], seen: first.seq }
  const ack = await post(ann, roomId, 'answer', extra)
  expect(await messageOf(owner, roomId, ack.messageId)).toMatchObject(extra)
})

test('[P1.message.5] a message keeps its seq: an edit, a reaction and a pin do not move it', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const first = await post(owner, roomId, 'first')
  const second = await post(owner, roomId, 'second')
  const at = { roomId, messageId: first.messageId }
  await commands(owner, [
    { type: 'message.edit', ...at, content: 'first, edited' },
    { type: 'reaction.add', ...at, key: 'x' },
    { type: 'message.pin', ...at },
  ])
  const { messages } = await history(owner, roomId)
  expect(messages.map(message => message.seq)).toEqual([first.seq, second.seq])
  expect(messages[0]).toMatchObject({ content: 'first, edited', reactions: { x: [owner.id] }, pinned: true })
  expectTime(messages[0]?.editedAt)
})

test('[P1.message.6] senderName is the name of the token that sent the message', async () => {
  const owner = await person('owner')
  const renamed = withToken(owner.id, await mint(owner.at.secret, { sub: owner.id, name: 'New' }), owner.at, 'New')
  const roomId = await makeRoom(owner)
  await post(owner, roomId, 'one')
  await post(renamed, roomId, 'two')
  const { messages } = await history(owner, roomId)
  expect(messages.map(message => message.senderName)).toEqual([owner.name, 'New'])
})

test('[P1.message.7] content comes back byte for byte, any Unicode text of it', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const texts = [
    '👩‍👩‍👧‍👦',
    'e\u0301 \u00e9',
    'line\nline\ttab',
    '‮rtl',
    '<b>&amp;</b>',
    '"\\',
    'a\u2028b\u2029c',
    ' padded ',
  ]
  for (const text of texts) await post(owner, roomId, text)
  const { messages } = await history(owner, roomId)
  expect(messages.map(message => message.content)).toEqual(texts)
})

test('[P1.room.1] a room has every stated field', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner, { name: 'Ops', type: 'public', ephemeral: true, metadata: { a: [1, 'b'] } })
  const { room } = await snapshotOf(owner, roomId)
  expectRoom(room)
  expect(room).toMatchObject({ id: roomId, name: 'Ops', type: 'public', ephemeral: true, createdBy: owner.id })
  expect(room.metadata).toEqual({ a: [1, 'b'] })
  expect(room.slowModeMs).toBe(0)
})

test('[P1.ids.1] roomId matches [A-Za-z0-9_-]{1,64}; any other is refused', async () => {
  const owner = await person('owner')
  const longest = unique('r').padEnd(64, '_')
  expect(await makeRoom(owner, { id: longest })).toBe(longest)
  for (const id of ['', 'a b', 'ä', 'a/b', 'a.b', 'x'.repeat(65), 'a\u0000', '../a']) {
    const answer = await owner.api.post('/api/rooms', { id, name: 'A room', type: 'private' })
    expectProblem(answer, 400, 'bad_request')
  }
})

test('[P1.ids.2] clientId is 1–64 characters [A-Za-z0-9_-]; any other is refused', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  await post(owner, roomId, 'longest', { clientId: unique('c').padEnd(64, '-') })
  await post(owner, roomId, 'shortest', { clientId: '_' })
  for (const clientId of ['', 'a b', 'ä', 'x'.repeat(65), 'a:b', 7, null]) {
    const answer = await owner.api.post(roomPath(roomId, '/messages'), { clientId, content: 'x' })
    expectProblem(answer, 400, 'bad_request')
  }
  expect((await history(owner, roomId)).messages.length).toBe(2)
})

test('[P1.ids.3] prototype names are ids like any other', async () => {
  const owner = await person('owner')
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const opened = []
  for (const id of names) {
    const made = await owner.api.post('/api/rooms', { id, name: id, type: 'public' })
    expect([201, 409]).toContain(made.status)
    opened.push(expectBody(await owner.api.get<SyncAnswer>(roomPath(id, '/sync')), 200))
  }
  expect(opened.map(answer => answer.kind)).toEqual(names.map(() => 'snapshot'))
  const roomId = await makeRoom(owner)
  const acks: Ack[] = []
  for (const clientId of names) acks.push(await post(owner, roomId, clientId, { clientId }))
  expect(new Set(acks.map(ack => ack.seq)).size).toBe(names.length)
})

test('[P1.ids.4] a prototype name as reaction key is a key like any other, or refused: it never does harm', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const { messageId } = await post(owner, roomId, 'hello')
  const taken: string[] = []
  for (const key of ['__proto__', 'constructor', 'toString', 'heart']) {
    const [answer] = await commands(owner, [{ type: 'reaction.add', ref: 'r', roomId, messageId, key }])
    if (answer?.type === 'error') expect(answer.code).toBe('bad_request')
    else taken.push(key)
  }
  expect(taken).toContain('heart')
  const { reactions } = await messageOf(owner, roomId, messageId)
  expect(Object.entries(reactions)).toEqual(taken.map(key => [key, [owner.id]]))
  const added = (await logOf(owner, roomId)).filter(event => event.kind === 'reaction.added')
  expect(added.map(event => event.key)).toEqual(taken)
})

test('[P1.ids.5] a userId of 128 bytes is served; 129 bytes or a control character is refused', async () => {
  const anyone = await person('anyone')
  const call = async (sub: string) => {
    const token = await mint(anyone.at.secret, { sub, name: 'Someone' })
    return withToken(sub, token, anyone.at, 'Someone').api.get('/api/rooms')
  }
  const stem = unique('u')
  expectBody(await call(stem.padEnd(128, 'x')), 200)
  expectBody(await call(`${stem}|auth0 é`), 200)
  for (const sub of [
    stem.padEnd(129, 'x'),
    `${stem}${'é'.repeat(60)}`.padEnd(100, 'é'),
    `${stem}\n`,
    `${stem}\u0000`,
    '',
  ]) {
    expectProblem(await call(sub), 401, 'unauthorized')
  }
})
