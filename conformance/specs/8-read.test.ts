import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import { expectBody, expectProblem } from '../src/http.ts'
import { entryOf, inboxOf, untilInbox } from '../src/inbox.ts'
import { type Person, people, person } from '../src/people.ts'
import { Random } from '../src/random.ts'
import { markRead } from '../src/reading.ts'
import { fill, grant, headOf, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { readsIn } from '../src/signals.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about read positions.

interface Position {
  readonly lastReadSeq: number
  readonly readRevision: number
}

async function markUnread(reader: Person, roomId: string, seq: number): Promise<Position> {
  return expectBody(await reader.api.put<Position>(roomPath(roomId, '/unread'), { seq }), 200)
}

/** A room of two with some messages of the first, all read by the second. */
async function readRoom(count: number): Promise<{ ann: Person; bob: Person; roomId: string; seqs: number[] }> {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const seqs = (await fill(ann, roomId, count)).map(ack => ack.seq)
  await markRead(bob, roomId, seqs.at(-1) ?? 0)
  return { ann, bob, roomId, seqs }
}

test('[P8.read.1] PUT read answers the position as it is now, and its revision', async () => {
  const { bob, roomId, seqs } = await readRoom(3)
  const [low = 0, , last = 0] = seqs
  const put = async (seq: number) => expectBody(await bob.api.put<Position>(roomPath(roomId, '/read'), { seq }), 200)
  for (const seq of [low, last, last + 100]) expect(await put(seq)).toEqual({ lastReadSeq: last, readRevision: 0 })
})

test('[P8.read.2] marking unread from a message: it and those behind it count again, in a new revision', async () => {
  const { ann, bob, roomId, seqs } = await readRoom(4)
  await post(ann, roomId, 'you', { mentions: [bob.id] })
  await markRead(bob, roomId, await headOf(bob, roomId))
  const from = seqs[2] ?? 0
  expect(await markUnread(bob, roomId, from)).toEqual({ lastReadSeq: from - 1, readRevision: 1 })
  const line = { lastReadSeq: from - 1, unread: 3, mentions: 1, readRevision: 1 }
  expect(await entryOf(bob, roomId)).toMatchObject(line)
  const { mentions: _, ...ofSnapshot } = line
  expect(await snapshotOf(bob, roomId)).toMatchObject(ofSnapshot)
})

test('[P8.read.3] the other devices are told by their inbox, and a new reading clears it again', async () => {
  const { bob, roomId, seqs } = await readRoom(3)
  const socket = await bob.connect({ inbox: true })
  await markUnread(bob, roomId, seqs[1] ?? 0)
  expect(await untilInbox(socket, roomId, room => room.unread === 2)).toMatchObject({
    lastReadSeq: seqs[0],
    readRevision: 1,
  })
  await markRead(bob, roomId, seqs[2] ?? 0)
  expect(await untilInbox(socket, roomId, room => room.unread === 0)).toMatchObject({
    lastReadSeq: seqs[2],
    readRevision: 1,
  })
})

test('[P8.read.4] what others see does not go back when somebody marks as unread', async () => {
  const { ann, bob, roomId, seqs } = await readRoom(3)
  const last = seqs.at(-1) ?? 0
  const watcher = await ann.connect()
  await watcher.open(roomId)
  await markUnread(bob, roomId, seqs[0] ?? 0)
  expect((await snapshotOf(ann, roomId)).reads[bob.id]).toBe(last)
  await markRead(bob, roomId, seqs[1] ?? 0)
  expect((await snapshotOf(ann, roomId)).reads[bob.id]).toBe(last)
  const { seq } = await post(ann, roomId, 'newer')
  await markRead(bob, roomId, seq)
  await watcher.next('reads', frame => frame.reads[bob.id] === seq)
  const told = readsIn(watcher, roomId).flatMap(reads => reads[bob.id] ?? [])
  expect(told.filter(position => position < last)).toEqual([])
})

test('[P8.read.5] room.read of an earlier revision is late and changes nothing; without one it is of the latest', async () => {
  const { bob, roomId, seqs } = await readRoom(4)
  const [first = 0, second = 0, third = 0, last = 0] = seqs
  await markUnread(bob, roomId, second)
  const socket = await bob.connect()
  socket.send({ type: 'room.read', roomId, seq: last, readRevision: 0 })
  socket.send({ type: 'room.read', roomId, seq: third, readRevision: 1 })
  const reaches = async (seq: number) => {
    const there = async () => ((await snapshotOf(bob, roomId)).lastReadSeq === seq ? true : undefined)
    await eventually(there, `the position ${seq}`)
  }
  await reaches(third)
  await markUnread(bob, roomId, second)
  expect(await snapshotOf(bob, roomId)).toMatchObject({ lastReadSeq: first, readRevision: 2 })
  socket.send({ type: 'room.read', roomId, seq: last })
  await reaches(last)
  await socket.fence()
  expect(socket.log.filter(frame => frame.type === 'error')).toEqual([])
})

test('[P8.read.6] marking unread what is unread changes nothing: no revision, no lower position', async () => {
  const { ann, bob, roomId, seqs } = await readRoom(2)
  const { seq } = await post(ann, roomId, 'new')
  const now = { lastReadSeq: seqs[1], readRevision: 0 }
  for (const from of [seq, seq + 1, seq + 1_000, 1e308]) expect(await markUnread(bob, roomId, from)).toEqual(now)
  expect(await entryOf(bob, roomId)).toMatchObject({ unread: 1, ...now })
})

test('[P8.read.7] marking unread from 0, or below, makes everything unread, also what came before one joined', async () => {
  const { ann, bob, roomId } = await readRoom(3)
  const cy = await person('cy')
  await grant(ann, roomId, cy, 'member')
  for (const reader of [bob, cy]) {
    for (const from of [0, -5]) {
      await markRead(reader, roomId, await headOf(reader, roomId))
      expect((await markUnread(reader, roomId, from)).lastReadSeq).toBe(0)
      expect((await entryOf(reader, roomId)).unread).toBe(3)
    }
  }
})

test('[P8.read.8] marking unread is no event, and one’s own messages do not become unread', async () => {
  const { bob, roomId, seqs } = await readRoom(2)
  await post(bob, roomId, 'mine')
  const head = await headOf(bob, roomId)
  await markRead(bob, roomId, head)
  await markUnread(bob, roomId, seqs[1] ?? 0)
  expect(await headOf(bob, roomId)).toBe(head)
  expect((await entryOf(bob, roomId)).unread).toBe(1)
})

test('[P8.read.9] a seq that is no integer is bad_request; in a public room one has to have joined', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  for (const seq of [1.5, '1', null, undefined]) {
    expectProblem(await ann.api.put(roomPath(roomId, '/unread'), { seq }), 400, 'bad_request')
  }
  expectProblem(await bob.api.put(roomPath(roomId, '/unread'), { seq: 1 }), 403, 'forbidden')
})

test('[P8.read.10] of two positions that of the later revision counts, and within one revision it only grows', async () => {
  const { bob, roomId, seqs } = await readRoom(20)
  const random = Random.fresh()
  const sockets = [await bob.connect({ inbox: true }), await bob.connect({ inbox: true })]
  const answers: Position[] = []
  for (let step = 0; step < 40; step += 1) {
    const seq = random.pick(seqs) ?? 0
    if (random.hits(0.3)) answers.push(await markUnread(bob, roomId, seq))
    else answers.push(expectBody(await bob.api.put<Position>(roomPath(roomId, '/read'), { seq }), 200))
  }
  const last = answers.at(-1)
  for (const socket of sockets) {
    await untilInbox(
      socket,
      roomId,
      room => room.lastReadSeq === last?.lastReadSeq && room.readRevision === last.readRevision,
    )
  }
  const tellings = [answers, ...sockets.map(socket => inboxOf(socket, roomId))]
  for (const positions of tellings) expectGrowing(positions, `HOLDFAST_SEED=${random.seed}`)
})

/** Revisions never go back, and positions of one revision neither. */
function expectGrowing(positions: readonly Partial<Position>[], hint: string): void {
  for (const [at, { lastReadSeq = 0, readRevision = 0 }] of positions.entries()) {
    const before = positions[at - 1]
    if (before === undefined) continue
    expect(readRevision, hint).toBeGreaterThanOrEqual(before.readRevision ?? 0)
    if (readRevision === before.readRevision) {
      expect(lastReadSeq, hint).toBeGreaterThanOrEqual(before.lastReadSeq ?? 0)
    }
  }
}
