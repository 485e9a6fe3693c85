import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp

beforeEach(async () => {
  app = await startApp()
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'private', members: ['bob'] })
})
afterEach(() => app.close())

const say = async (content: string, fields = {}) => {
  const body = { clientId: content, content, ...fields }
  const { body: sent } = await app.call('ann', 'POST', '/api/rooms/lobby/messages', body)
  return (sent as { messageId: string }).messageId
}
const put = (userId: string, path: string, body: unknown) => app.call(userId, 'PUT', `/api/rooms/lobby/${path}`, body)
const mine = async (userId: string) => {
  const { body } = await app.call(userId, 'GET', '/api/rooms')
  return body as { rooms: unknown[]; inboxCursor: string }
}

test('PUT unread marks unread from a message on, and answers as PUT read does: where the position stands, in which revision', async () => {
  for (const content of ['one', 'two', 'three']) await say(content)
  expect((await put('bob', 'read', { seq: 6 })).body).toEqual({ lastReadSeq: 6, readRevision: 0 })
  const answer = await put('bob', 'unread', { seq: 5 })
  expect(answer).toMatchObject({ status: 200, body: { lastReadSeq: 4, readRevision: 1 } })
  expect((await put('bob', 'unread', { seq: 6 })).body, 'unread already').toEqual({ lastReadSeq: 4, readRevision: 1 })
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 2, lastReadSeq: 4, readRevision: 1, muted: false }])
  expect((await put('bob', 'unread', { seq: -5 })).body).toEqual({ lastReadSeq: 0, readRevision: 2 })
  for (const body of [{}, { seq: 'x' }, { seq: 1.5 }]) {
    expectProblem(await put('bob', 'unread', body), 400, 'bad_request')
  }
  expectProblem(await put('eve', 'unread', { seq: 1 }), 404, 'not_found')
})

test('GET seen tells who but the sender has read as far as a message, to those who show it themselves', async () => {
  const messageId = await say('one')
  const seen = (userId: string, id = messageId) => app.call(userId, 'GET', `/api/rooms/lobby/messages/${id}/seen`)
  expect(await seen('ann')).toMatchObject({ status: 200, body: { count: 0, userIds: [] } })
  await put('bob', 'read', { seq: 4 })
  await put('ann', 'read', { seq: 4 })
  expect((await seen('ann')).body).toEqual({ count: 1, userIds: ['bob'] })
  expectProblem(await seen('ann', 'none'), 404, 'not_found')
  expectProblem(await seen('eve'), 404, 'not_found')
  await app.deps.submit({
    kind: 'user.settings',
    actor: { userId: 'bob', name: 'BOB', isAdmin: false },
    changes: { readReceipts: false },
  })
  expect((await seen('ann')).body).toEqual({ count: 0, userIds: [] })
  expectProblem(await seen('bob'), 403, 'forbidden')
})

test('PUT notifications keeps for oneself whether a room calls one', async () => {
  expect(await put('bob', 'notifications', { muted: true })).toMatchObject({ status: 200, body: { muted: true } })
  expect((await mine('bob')).rooms).toMatchObject([{ muted: true }])
  expect((await mine('ann')).rooms).toMatchObject([{ muted: false }])
  expect((await put('bob', 'notifications', { muted: false })).body).toEqual({ muted: false })
  expectProblem(await put('bob', 'notifications', { muted: 'yes' }), 400, 'bad_request')
  expectProblem(await put('eve', 'notifications', { muted: true }), 404, 'not_found')
})

test('PATCH of a message changes whom it mentions when it says so', async () => {
  const messageId = await say('one', { mentions: ['bob'] })
  const patch = (body: unknown) => app.call('ann', 'PATCH', `/api/rooms/lobby/messages/${messageId}`, body)
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 1, mentions: 1 }])
  expect((await patch({ content: 'two' })).status).toBe(200)
  expect((await mine('bob')).rooms).toMatchObject([{ mentions: 1, lastMessage: { content: 'two', mentions: ['bob'] } }])
  await patch({ content: 'two', mentions: [] })
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 1, mentions: 0 }])
  expectProblem(await patch({ content: 'two', mentions: 'bob' }), 400, 'bad_request')
})

test('GET rooms gives the cursor from which the inbox goes on', async () => {
  const { inboxCursor } = await mine('bob')
  expect(await app.deps.log.inboxSince('bob', inboxCursor, 10)).toMatchObject({ entries: [], total: 1 })
  await say('one')
  const later = await app.deps.log.inboxSince('bob', inboxCursor, 10)
  expect(later).toMatchObject({ entries: [{ roomId: 'lobby', unread: 1 }] })
})

test('a read position that was told before messages were marked unread again is late', async () => {
  for (const content of ['one', 'two', 'three']) await say(content)
  const tell = (seq: number, readRevision?: number) =>
    app.call('bob', 'POST', '/api/commands', [
      { type: 'room.read', roomId: 'lobby', seq, ...(readRevision !== undefined && { readRevision }) },
    ])
  expect(await tell(6, 0)).toMatchObject({ status: 200, body: [] })
  await put('bob', 'unread', { seq: 4 })
  expect(await tell(6, 0)).toMatchObject({ status: 200, body: [] })
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 3, lastReadSeq: 3, readRevision: 1 }])
  await tell(5, 1)
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 1, lastReadSeq: 5 }])
  await tell(6)
  expect((await mine('bob')).rooms).toMatchObject([{ unread: 0, lastReadSeq: 6, readRevision: 1 }])
  expect((await tell(6, -1)).body, 'below nothing is nothing').toEqual([])
  expect((await tell(6, 0.5)).body).toMatchObject([{ type: 'error', code: 'bad_request' }])
})
