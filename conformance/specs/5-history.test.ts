import { expect, test } from 'vitest'
import type { Page } from '../src/contract.ts'
import { expectProblem } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { commands, erase, fill, history, join, makeRoom, post, roomPath, snapshotOf } from '../src/rooms.ts'
import { expectMessage } from '../src/shape.ts'

function seqsOf(page: Page): number[] {
  return page.messages.map(message => message.seq)
}

/** All pages from the latest to the oldest, as one list, oldest first. */
async function allPages(
  reader: Person,
  roomId: string,
  limit: number,
  between: () => Promise<void>,
): Promise<number[]> {
  const seqs: number[] = []
  let page = await history(reader, roomId, `?limit=${limit}`)
  for (;;) {
    seqs.unshift(...seqsOf(page))
    expect(page.messages.length).toBeLessThanOrEqual(limit)
    if (!page.hasMore) return seqs
    await between()
    page = await history(reader, roomId, `?limit=${limit}&cursor=${encodeURIComponent(page.nextCursor ?? '')}`)
  }
}

const nothing = () => Promise.resolve()

test('[P5.history.1] without cursor the latest messages, oldest first, with epoch and seq', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 6)
  const page = await history(ann, roomId, '?limit=4')
  expect(seqsOf(page)).toEqual(acks.slice(2).map(ack => ack.seq))
  for (const message of page.messages) expectMessage(message)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  expect(page).toMatchObject({ epoch, seq, hasMore: true })
  expect(page.nextCursor).toBeTypeOf('string')
})

test('[P5.history.2] limit is 50 unless told, and clamped to 1–100', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 104)
  const sizes: readonly (readonly [string, number])[] = [
    ['', 50],
    ['?limit=100', 100],
    ['?limit=101', 100],
    ['?limit=1000000000', 100],
    ['?limit=1', 1],
    ['?limit=0', 1],
    ['?limit=-1', 1],
  ]
  for (const [query, size] of sizes) expect((await history(ann, roomId, query)).messages.length, query).toBe(size)
})

test('[P5.history.3] a limit or after that is no integer, or a cursor that is none, is 400', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 2)
  for (const query of [
    'limit=many',
    'limit=1.5',
    'after=x',
    'after=1.5',
    'cursor=%00%27nonsense',
    'around=nonsense%00',
  ]) {
    const answer = await ann.api.get(roomPath(roomId, `/messages?${query}`))
    expect([400, 404], `${query}: ${answer.text}`).toContain(answer.status)
    expectProblem(answer, answer.status, answer.status === 400 ? 'bad_request' : 'not_found')
  }
})

test('[P5.history.4] pages lead back to the first message: none twice, none skipped', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 23)
  for (const limit of [1, 7, 23, 50]) {
    expect(await allPages(ann, roomId, limit, nothing)).toEqual(acks.map(ack => ack.seq))
  }
})

test('[P5.history.5] paging is deterministic, whatever is written meanwhile', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  const acks = await fill(ann, roomId, 20)
  let round = 0
  const write = async () => {
    round += 1
    await fill(ann, roomId, 3)
    const target = acks[round]
    if (target === undefined) return
    const at = { roomId, messageId: target.messageId }
    await commands(ann, [
      { type: 'reaction.add', ref: 'a', ...at, key: 'x' },
      { type: 'message.edit', ref: 'b', ...at, content: 'edited' },
    ])
    if (round === 2) await erase(ann, roomId, target.messageId)
    if (round === 3) await join(bob, roomId)
  }
  expect(await allPages(ann, roomId, 4, write)).toEqual(acks.map(ack => ack.seq))
})

test('[P5.history.6] a page is the same whenever it is read again', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await fill(ann, roomId, 12)
  const first = await history(ann, roomId, '?limit=5')
  const query = `?limit=5&cursor=${encodeURIComponent(first.nextCursor ?? '')}`
  const before = seqsOf(await history(ann, roomId, query))
  await fill(ann, roomId, 7)
  expect(seqsOf(await history(ann, roomId, query))).toEqual(before)
})

test('[P5.history.7] events between messages leave no hole in a page', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = []
  for (let round = 0; round < 6; round += 1) {
    const ack = await post(ann, roomId, `round ${round}`)
    acks.push(ack)
    const at = { roomId, messageId: ack.messageId }
    await commands(
      ann,
      [1, 2, 3, 4].map(key => ({ type: 'reaction.add', ref: 'r', ...at, key: String(key) })),
    )
  }
  expect(seqsOf(await history(ann, roomId, '?limit=3'))).toEqual(acks.slice(3).map(ack => ack.seq))
  expect(await allPages(ann, roomId, 2, nothing)).toEqual(acks.map(ack => ack.seq))
})

test('[P5.around.1] around gives a window round the message, oldest first, on both sides', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 21)
  const middle = acks[10]
  const page = await history(ann, roomId, `?around=${middle?.messageId}&limit=7`)
  const seqs = seqsOf(page)
  expect(page.messages.length).toBeLessThanOrEqual(7)
  expect(seqs).toContain(middle?.seq)
  expect(seqs).toContain(acks[9]?.seq)
  expect(seqs).toContain(acks[11]?.seq)
  const first = acks.findIndex(ack => ack.seq === seqs[0])
  expect(seqs).toEqual(acks.slice(first, first + seqs.length).map(ack => ack.seq))
})

test('[P5.around.2] around the first or the last message the window lies on one side', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 9)
  for (const ack of [acks[0], acks[8]]) {
    expect(seqsOf(await history(ann, roomId, `?around=${ack?.messageId}&limit=5`))).toContain(ack?.seq)
  }
})

test('[P5.around.3] around a message that is not in the room is 404', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const elsewhere = await post(ann, await makeRoom(ann), 'elsewhere')
  for (const id of ['01890000-0000-7000-8000-000000000000', elsewhere.messageId]) {
    expectProblem(await ann.api.get(roomPath(roomId, `/messages?around=${id}`)), 404, 'not_found')
  }
})

test('[P5.after.1] after pages forward from a seq: the messages next above it, oldest first', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 10)
  const seqs = acks.map(ack => ack.seq)
  expect(seqsOf(await history(ann, roomId, `?after=${seqs[2]}&limit=4`))).toEqual(seqs.slice(3, 7))
  expect(seqsOf(await history(ann, roomId, '?after=0&limit=3'))).toEqual(seqs.slice(0, 3))
  expect(seqsOf(await history(ann, roomId, '?after=-4&limit=3'))).toEqual(seqs.slice(0, 3))
  for (const after of [seqs[9], 1_000_000, Number.MAX_SAFE_INTEGER]) {
    expect(seqsOf(await history(ann, roomId, `?after=${after}`))).toEqual([])
  }
})

test('[P5.after.2] forward pages by the last seq lead through all messages', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const acks = await fill(ann, roomId, 11)
  const seen: number[] = []
  for (let after = 0; seen.length < acks.length; after = seen.at(-1) ?? 0) {
    const page = await history(ann, roomId, `?after=${after}&limit=4`)
    expect(page.messages.length).toBeGreaterThan(0)
    seen.push(...seqsOf(page))
  }
  expect(seen).toEqual(acks.map(ack => ack.seq))
})

test('[P5.history.8] a public room can be read by anyone, a private one of others answers 404 as a missing one', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [open, closed] = [await makeRoom(ann, { type: 'public' }), await makeRoom(ann)]
  await post(ann, open, 'for everybody')
  expect((await history(bob, open)).messages.length).toBe(1)
  const answers = []
  for (const roomId of [closed, 'no-such-room']) {
    const answer = await bob.api.get(roomPath(roomId, '/messages'))
    expectProblem(answer, 404, 'not_found')
    answers.push(answer.text.replaceAll(roomId, 'ID'))
  }
  expect(answers[0]).toBe(answers[1])
})
