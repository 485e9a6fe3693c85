import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../../src/bounded.ts'
import { expectBody, expectSuccess } from '../../src/http.ts'
import { entryOf, inboxOf, listOf } from '../../src/inbox.ts'
import { makeDataDir, type OwnServer, startServer } from '../../src/own-server.ts'
import { type Person, person, withToken } from '../../src/people.ts'
import { markRead } from '../../src/reading.ts'
import { fill, grant, makeRoom, post, roomPath } from '../../src/rooms.ts'
import { framesOf } from '../../src/signals.ts'

let server: OwnServer

beforeEach(async () => {
  server = await startServer({ dataDir: await makeDataDir() })
})

afterEach(() => server.dispose())

/** The same user on the server as it runs now. */
function at(who: Person): Person {
  return withToken(who.id, who.token, server, who.name)
}

async function killAndStart(): Promise<void> {
  server.process.signal('SIGKILL')
  await server.process.exited
  server = await startServer({ dataDir: server.dataDir, secret: server.secret })
}

async function pair(): Promise<{ ann: Person; bob: Person; roomId: string }> {
  const [ann, bob] = [await person('ann', server), await person('bob', server)]
  const roomId = await makeRoom(ann)
  await grant(ann, roomId, bob, 'member')
  return { ann, bob, roomId }
}

test('[P4.read.15] a read position that was answered survives kill -9', async () => {
  const { ann, bob, roomId } = await pair()
  const seqs = (await fill(ann, roomId, 5)).map(ack => ack.seq)
  await markRead(bob, roomId, seqs[2] ?? 0)
  await killAndStart()
  expect(await entryOf(at(bob), roomId)).toMatchObject({ lastReadSeq: seqs[2], unread: 2 })
})

test('[P8.kill.1] so do marks as unread, muted rooms and settings', async () => {
  const { ann, bob, roomId } = await pair()
  const seqs = (await fill(ann, roomId, 5)).map(ack => ack.seq)
  await markRead(bob, roomId, seqs[4] ?? 0)
  expectSuccess(await bob.api.put(roomPath(roomId, '/unread'), { seq: seqs[1] }))
  expectSuccess(await bob.api.put(roomPath(roomId, '/notifications'), { muted: true }))
  expectSuccess(await bob.api.patch('/api/me', { readReceipts: false, appearOffline: true }))
  await killAndStart()
  expect(await entryOf(at(bob), roomId)).toMatchObject({
    lastReadSeq: seqs[0],
    readRevision: 1,
    unread: 4,
    muted: true,
  })
  const { settings } = expectBody(await at(bob).api.get<{ settings: object }>('/api/me'), 200)
  expect(settings).toEqual({ readReceipts: false, appearOffline: true })
})

test('[P8.kill.2] an inbox cursor from before goes on behind it: what changed since, and nothing else', async () => {
  const { ann, bob, roomId } = await pair()
  const quiet = await makeRoom(ann)
  await grant(ann, quiet, bob, 'member')
  const { inboxCursor } = await listOf(bob)
  const before = await post(ann, roomId, 'before the end')
  await killAndStart()
  const after = await post(at(ann), roomId, 'after it')
  const socket = await at(bob).connect({ inbox: true, inboxSince: inboxCursor })
  const answered = async () => framesOf(socket, 'inbox').find(frame => frame.total !== undefined)
  expect(await eventually(answered, 'an inbox frame with a total')).toMatchObject({ total: 2 })
  expect(inboxOf(socket, roomId).at(-1)).toMatchObject({ seq: after.seq, unread: 2 })
  expect(after.seq).toBe(before.seq + 1)
  expect(inboxOf(socket, quiet)).toEqual([])
})
