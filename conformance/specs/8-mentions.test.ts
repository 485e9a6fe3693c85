import { expect, test } from 'vitest'
import { emptyState, foldAll } from '../src/fold.ts'
import { World } from '../src/histories.ts'
import { type Answer, expectProblem, expectSuccess } from '../src/http.ts'
import { entryOf, untilInbox } from '../src/inbox.ts'
import { type Person, people } from '../src/people.ts'
import { Random } from '../src/random.ts'
import { markRead } from '../src/reading.ts'
import { erase, logOf, makeRoom, messageOf, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { unique } from '../src/unique.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about edits that change mentions.

const HISTORY_MS = 240_000

function edit(who: Person, roomId: string, messageId: string, body: object): Promise<Answer> {
  return who.api.patch(roomPath(roomId, `/messages/${messageId}`), body)
}

test('[P8.edit.1] an edit with mentions changes whom the message mentions, for counts, history and readers', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const { messageId } = await post(ann, roomId, 'hello', { mentions: [bob.id] })
  const [reader, inbox] = [await bob.connect(), await cy.connect({ inbox: true })]
  await reader.open(roomId)
  const writer = await ann.connect()
  const frame = { type: 'message.edit', roomId, messageId, content: 'hello you', mentions: [cy.id] }
  const answer = await writer.request(frame)
  expect(answer).toMatchObject({ type: 'ok' })
  const seq = answer.type === 'ok' ? (answer.seq ?? 0) : 0
  expect(await reader.event(roomId, seq)).toMatchObject({ kind: 'message.edited', mentions: [cy.id] })
  expect((await messageOf(ann, roomId, messageId)).mentions).toEqual([cy.id])
  expect((await snapshotOf(ann, roomId)).messages.at(-1)?.mentions).toEqual([cy.id])
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 1, mentions: 0 })
  expect(await entryOf(cy, roomId)).toMatchObject({ unread: 1, mentions: 1 })
  await untilInbox(inbox, roomId, room => room.mentions === 1)
  expectSuccess(await edit(ann, roomId, messageId, { content: 'hello nobody', mentions: [] }))
  expect(await entryOf(cy, roomId)).toMatchObject({ unread: 1, mentions: 0 })
  await untilInbox(inbox, roomId, room => room.mentions === 0)
})

test('[P8.edit.2] an edit without mentions leaves them, and its event carries none', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'hello', { mentions: [bob.id] })
  expectSuccess(await edit(ann, roomId, messageId, { content: 'hello again' }))
  expectSuccess(await edit(ann, roomId, messageId, { content: 'and again', mentions: [bob.id] }))
  const edits = (await logOf(bob, roomId)).filter(event => event.kind === 'message.edited')
  expect(edits.map(event => 'mentions' in event)).toEqual([false, false])
  expect((await messageOf(bob, roomId, messageId)).mentions).toEqual([bob.id])
  expect(await entryOf(bob, roomId)).toMatchObject({ mentions: 1 })
})

test('[P8.edit.3] other mentions with the same text are an edit; the same of both is none', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  const body = { content: 'hello', mentions: [bob.id] }
  for (let time = 0; time < 2; time += 1) {
    expect(expectSuccess(await edit(ann, roomId, messageId, body))).toMatchObject({ seq: seq + 1 })
  }
  expect(await entryOf(bob, roomId)).toMatchObject({ mentions: 1 })
})

test('[P8.edit.4] mentions that are no list of ids, or more than 50, are bad_request and change nothing', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'hello', { mentions: [bob.id] })
  const many = Array.from({ length: 51 }, () => unique('u'))
  const socket = await ann.connect()
  for (const mentions of ['bob', [7], [''], many, null]) {
    expectProblem(await edit(ann, roomId, messageId, { content: 'x', mentions }), 400, 'bad_request')
    const frame = { type: 'message.edit', roomId, messageId, content: 'x', mentions }
    expect(await socket.request(frame)).toMatchObject({ type: 'error', code: 'bad_request' })
  }
  expect(await messageOf(ann, roomId, messageId)).toMatchObject({ content: 'hello', mentions: [bob.id] })
})

test('[P8.edit.5] once the message is deleted its edits name nobody either', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'hello')
  const cursor = await snapshotOf(bob, roomId)
  const secret = unique('someone')
  expectSuccess(await edit(ann, roomId, messageId, { content: 'x', mentions: [secret] }))
  await erase(ann, roomId, messageId)
  expect(JSON.stringify(await logOf(bob, roomId))).not.toContain(secret)
  const { events } = await (await bob.connect()).open(roomId, { epoch: cursor.epoch, seq: cursor.seq })
  expect(events.map(event => event.kind)).toEqual(['message.edited', 'message.deleted'])
  expect(JSON.stringify(events)).not.toContain(secret)
})

test('[P8.edit.6] the fold of the log ends with the mentions that history gives', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId } = await post(ann, roomId, 'hello', { mentions: [bob.id] })
  for (const mentions of [[ann.id], [], [bob.id, ann.id], undefined]) {
    expectSuccess(await edit(ann, roomId, messageId, { content: unique('text'), mentions }))
    const state = foldAll(emptyState('e'), await logOf(ann, roomId))
    const { content, mentions: listed } = await messageOf(ann, roomId, messageId)
    expect(state.messages.get(messageId)).toMatchObject({ content, mentions: listed })
  }
})

test('[P8.histories.1] random histories with edits of mentions and with marks as unread: every count equals a recount', {
  timeout: HISTORY_MS,
}, async () => {
  const world = await World.begin(Random.fresh(), [
    (world, player, place) => world.editMentions(player, place),
    (world, player, place) => world.editMentions(player, place),
    (world, player, place) => world.markUnread(player, place),
    (world, player, place) => world.markUnread(player, place),
  ])
  await world.run(240, 30)
})

test('[P8.edit.7] a mention that an edit adds below the read position is not unread', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  await markRead(bob, roomId, seq)
  expectSuccess(await edit(ann, roomId, messageId, { content: 'hello bob', mentions: [bob.id] }))
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 0, mentions: 0 })
})
