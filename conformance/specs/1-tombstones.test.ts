import { expect, test } from 'vitest'
import { type Person, people, person } from '../src/people.ts'
import { commands, erase, history, logOf, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { expectTombstone } from '../src/shape.ts'
import { cursorOf } from '../src/socket.ts'

/** A message that was edited, reacted to and pinned before its sender deleted it, and the secrets it held. */
async function deletedMessage(owner: Person, roomId: string) {
  const secrets = ['former-text-one', 'former-text-two']
  const sent = await post(owner, roomId, `x ${secrets[0]}`, { mentions: [owner.id] })
  const at = { roomId, messageId: sent.messageId }
  await commands(owner, [
    { type: 'message.edit', ...at, content: `y ${secrets[1]}` },
    { type: 'reaction.add', ...at, key: 'heart' },
    { type: 'message.pin', ...at },
  ])
  await erase(owner, roomId, sent.messageId)
  return { ...sent, secrets }
}

test('[P1.deleted.1] a deleted message keeps its place and seq, emptied', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const before = await post(owner, roomId, 'before')
  const gone = await deletedMessage(owner, roomId)
  const after = await post(owner, roomId, 'after')
  const { messages } = await history(owner, roomId)
  expect(messages.map(message => message.seq)).toEqual([before.seq, gone.seq, after.seq])
  const tombstone = messages[1]
  expect(tombstone).toMatchObject({ id: gone.messageId, senderId: owner.id, roomId })
  if (tombstone !== undefined) expectTombstone(tombstone)
})

test('[P1.deleted.2] no HTTP answer carries the former content', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const gone = await deletedMessage(owner, roomId)
  const { epoch } = await snapshotOf(owner, roomId)
  const paths = [
    roomPath(roomId, '/messages'),
    roomPath(roomId, `/messages?around=${gone.messageId}`),
    roomPath(roomId, '/messages?after=0'),
    roomPath(roomId, '/sync'),
    roomPath(roomId, `/sync?epoch=${epoch}&seq=0`),
    '/api/rooms',
  ]
  const answers = await Promise.all(paths.map(path => owner.api.get(path)))
  answers.push(await owner.api.post('/api/sync', { rooms: [{ roomId }, { roomId, epoch, seq: 0 }] }))
  for (const answer of answers) {
    expect(answer.status, answer.text).toBe(200)
    expect(answer.text).toContain(roomId)
    for (const secret of gone.secrets) expect(answer.text).not.toContain(secret)
  }
})

test('[P1.deleted.3] catch-up over a socket carries no former content, message.edited events included', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const away = await owner.connect()
  const cursor = cursorOf(await away.open(roomId))
  away.terminate()
  const gone = await deletedMessage(owner, roomId)
  const back = await owner.connect()
  const { events } = await back.open(roomId, cursor)
  const kinds = events.map(event => event.kind)
  expect(kinds).toContain('message.edited')
  expect(kinds.at(-1)).toBe('message.deleted')
  const text = JSON.stringify(back.log)
  for (const secret of gone.secrets) expect(text).not.toContain(secret)
  await back.open(roomId)
  for (const secret of gone.secrets) expect(JSON.stringify(back.log)).not.toContain(secret)
})

test('[P1.deleted.4] sending the deleted message again is a duplicate and brings nothing back', async () => {
  const owner = await person('owner')
  const roomId = await makeRoom(owner)
  const sent = await post(owner, roomId, 'same content', { clientId: 'once' })
  await erase(owner, roomId, sent.messageId)
  const again = await owner.api.post(roomPath(roomId, '/messages'), { clientId: 'once', content: 'same content' })
  expect(again.status, again.text).toBe(200)
  expect(again.body).toMatchObject({ messageId: sent.messageId, seq: sent.seq, duplicate: true })
  const { messages } = await history(owner, roomId)
  expect(messages.length).toBe(1)
  for (const message of messages) expectTombstone(message)
})

test('[P1.deleted.5] nothing done to a deleted message brings content, reactions or a pin back', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const { messageId } = await deletedMessage(owner, roomId)
  const at = { roomId, messageId }
  await commands(owner, [
    { type: 'message.edit', ref: '1', ...at, content: 'back again' },
    { type: 'reaction.add', ref: '2', ...at, key: 'heart' },
    { type: 'message.pin', ref: '3', ...at },
    { type: 'message.delete', ref: '4', ...at },
  ])
  const [message] = (await history(ann, roomId)).messages
  expect(message?.id).toBe(messageId)
  if (message !== undefined) expectTombstone(message)
  expect(JSON.stringify(await logOf(ann, roomId))).not.toContain('back again')
})

test('[P1.deleted.6] a reader that has the room open learns of the deletion by message.deleted alone', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const reader = await ann.connect()
  await reader.open(roomId)
  const sent = await post(owner, roomId, 'short-lived')
  await erase(owner, roomId, sent.messageId)
  const event = await reader.event(roomId, sent.seq + 1)
  expect(event).toMatchObject({ kind: 'message.deleted', messageId: sent.messageId })
  expect(JSON.stringify(event)).not.toContain('short-lived')
})
