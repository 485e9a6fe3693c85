import { expect, test } from 'vitest'
import { type Answer, expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { markRead } from '../src/reading.ts'
import { fill, join, kick, makeCrowd, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { readsIn } from '../src/signals.ts'
import { unique } from '../src/unique.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about who has seen what.

interface Seen {
  readonly count: number
  readonly userIds: readonly string[]
}

function askSeen(reader: Person, roomId: string, messageId: string): Promise<Answer<Seen>> {
  return reader.api.get<Seen>(roomPath(roomId, `/messages/${messageId}/seen`))
}

async function seenBy(reader: Person, roomId: string, messageId: string): Promise<Seen> {
  const { count, userIds } = expectBody(await askSeen(reader, roomId, messageId), 200)
  return { count, userIds: [...userIds].sort() }
}

async function showReceipts(who: Person, readReceipts: boolean): Promise<void> {
  expectSuccess(await who.api.patch('/api/me', { readReceipts }))
}

test('[P8.seen.1] who but the sender has read as far as the message', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const first = await post(ann, roomId, 'first')
  const second = await post(ann, roomId, 'second')
  expect(await seenBy(ann, roomId, first.messageId)).toEqual({ count: 0, userIds: [] })
  await markRead(bob, roomId, first.seq)
  await markRead(cy, roomId, second.seq)
  await markRead(ann, roomId, second.seq)
  for (const reader of [ann, bob, cy]) {
    expect(await seenBy(reader, roomId, first.messageId)).toEqual({ count: 2, userIds: [bob.id, cy.id].sort() })
    expect(await seenBy(reader, roomId, second.messageId)).toEqual({ count: 1, userIds: [cy.id] })
  }
})

test('[P8.seen.2] who was removed has not seen it any more', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const { messageId, seq } = await post(ann, roomId, 'look')
  for (const who of [bob, cy]) await markRead(who, roomId, seq)
  await kick(ann, roomId, bob)
  expect(await seenBy(ann, roomId, messageId)).toEqual({ count: 1, userIds: [cy.id] })
})

test('[P8.seen.3] of a message that is not in the room: not_found', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [roomId, other] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann)]
  const elsewhere = await post(ann, other, 'elsewhere')
  for (const id of [elsewhere.messageId, '01890000-0000-7000-8000-000000000000', 'none']) {
    expectProblem(await askSeen(bob, roomId, id), 404, 'not_found')
  }
  expectProblem(await askSeen(bob, other, elsewhere.messageId), 404, 'not_found')
})

test('[P8.seen.4] in a room of more than 200 members nobody is named', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const crowd = Array.from({ length: 199 }, () => unique('crowd'))
  const roomId = await makeCrowd(ann, [bob.id, ...crowd])
  const { messageId, seq } = await post(ann, roomId, 'to all')
  await markRead(bob, roomId, seq)
  expect(await seenBy(ann, roomId, messageId)).toEqual({ count: 1, userIds: [] })
})

test('[P8.receipts.1] who does not show how far they have read is seen by nobody', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const first = await post(ann, roomId, 'before')
  await markRead(bob, roomId, first.seq)
  const watcher = await ann.connect()
  expect((await watcher.open(roomId)).snapshot?.reads).toMatchObject({ [bob.id]: first.seq })
  await showReceipts(bob, false)
  const from = watcher.log.length
  const second = await post(ann, roomId, 'after')
  await markRead(bob, roomId, second.seq)
  await markRead(cy, roomId, second.seq)
  await watcher.next('reads', frame => frame.reads[cy.id] === second.seq)
  expect(JSON.stringify(readsIn(watcher, roomId, from))).not.toContain(bob.id)
  expect(Object.keys((await snapshotOf(ann, roomId)).reads)).not.toContain(bob.id)
  expect(await seenBy(ann, roomId, first.messageId)).toEqual({ count: 1, userIds: [cy.id] })
})

test('[P8.receipts.2] and is told of nobody but themselves', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const { messageId, seq } = await post(ann, roomId, 'hello')
  await markRead(cy, roomId, seq)
  await showReceipts(bob, false)
  const [desk, phone, witness] = [await bob.connect(), await bob.connect(), await ann.connect()]
  const opened = await desk.open(roomId)
  expect(Object.keys(opened.snapshot?.reads ?? {}).filter(userId => userId !== bob.id)).toEqual([])
  await witness.open(roomId)
  const last = (await fill(ann, roomId, 2)).at(-1)?.seq ?? 0
  await markRead(cy, roomId, last)
  await witness.next('reads', frame => frame.reads[cy.id] === last)
  phone.send({ type: 'room.read', roomId, seq: last })
  await desk.next('reads', frame => frame.reads[bob.id] === last)
  for (const reads of readsIn(desk, roomId)) expect(Object.keys(reads)).toEqual([bob.id])
  expectProblem(await askSeen(bob, roomId, messageId), 403, 'forbidden')
  expect(await snapshotOf(bob, roomId)).toMatchObject({ lastReadSeq: last, unread: 0, reads: { [bob.id]: last } })
})

test('[P8.receipts.3] who shows it again is seen from the next reading on, and sees the others', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const first = await post(ann, roomId, 'one')
  for (const who of [bob, cy]) await markRead(who, roomId, first.seq)
  await showReceipts(bob, false)
  await showReceipts(bob, true)
  expect(await seenBy(bob, roomId, first.messageId)).toEqual({ count: 1, userIds: [cy.id] })
  const second = await post(ann, roomId, 'two')
  await markRead(bob, roomId, second.seq)
  expect(await seenBy(ann, roomId, second.messageId)).toEqual({ count: 1, userIds: [bob.id] })
  expect((await snapshotOf(bob, roomId)).reads).toMatchObject({ [cy.id]: first.seq, [bob.id]: second.seq })
})

test('[P8.receipts.4] in a room of more than 200 members the furthest two and oneself are told', async () => {
  const readers = await Promise.all(Array.from({ length: 5 }, () => person('reader')))
  const owner = await person('owner')
  const crowd = Array.from({ length: 200 }, () => unique('crowd'))
  const roomId = await makeCrowd(owner, [...readers.map(one => one.id), ...crowd])
  const seqs = (await fill(owner, roomId, 6)).map(ack => ack.seq)
  const watcher = await owner.connect()
  await watcher.open(roomId)
  for (const [at, reader] of readers.entries()) await markRead(reader, roomId, seqs[at] ?? 0)
  const [second, furthest] = [readers[3], readers[4]]
  await watcher.next('reads', frame => frame.reads[furthest?.id ?? ''] === seqs[4])
  const { reads } = await snapshotOf(readers[0] ?? owner, roomId)
  const expected = [readers[0]?.id, second?.id, furthest?.id]
  expect(Object.keys(reads).sort()).toEqual(expected.sort())
  const own = await (readers[0] ?? owner).connect()
  await own.open(roomId)
  await markRead(readers[0] ?? owner, roomId, seqs[1] ?? 0)
  await own.next('reads', frame => frame.reads[readers[0]?.id ?? ''] === seqs[1])
})

test('[P8.receipts.5] a reader of a public room who has not joined may ask who has seen a message', async () => {
  const [ann, bob, guest] = await people('ann', 'bob', 'guest')
  const roomId = await makeRoom(ann, { type: 'public' })
  await join(bob, roomId)
  const { messageId, seq } = await post(ann, roomId, 'hello')
  await markRead(bob, roomId, seq)
  expect((await seenBy(guest, roomId, messageId)).count).toBe(1)
})
