import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import type { InboxFrame } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { entryOf, inboxOf, isSameLine, listOf, untilInbox } from '../src/inbox.ts'
import { type Person, people, person } from '../src/people.ts'
import { markRead } from '../src/reading.ts'
import { kick, leave, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectTime } from '../src/shape.ts'
import { framesOf } from '../src/signals.ts'
import { Socket } from '../src/socket.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about the inbox.

/** A session that goes on from an inbox cursor, and the frames up to the one with `total`: the answer to it. */
async function resume(who: Person, inboxSince: string): Promise<{ socket: Socket; answer: readonly InboxFrame[] }> {
  const socket = await who.connect({ inbox: true, inboxSince })
  const whole = async () => {
    const frames = framesOf(socket, 'inbox')
    const last = frames.findIndex(frame => frame.total !== undefined)
    return last < 0 ? undefined : frames.slice(0, last + 1)
  }
  return { socket, answer: await eventually(whole, 'an inbox frame with a total') }
}

function roomsOf(answer: readonly InboxFrame[]): string[] {
  return answer.flatMap(frame => frame.rooms.map(room => room.roomId)).sort()
}

async function cursorOfList(who: Person): Promise<string> {
  const { inboxCursor } = await listOf(who)
  expect(inboxCursor).toBeTypeOf('string')
  return inboxCursor ?? ''
}

test.each(['kicked', 'left', 'deleted'])('[P8.inbox.1] a room that one was %s from is named in gone', async how => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob], type: 'public' })
  const socket = await bob.connect({ inbox: true })
  if (how === 'kicked') await kick(ann, roomId, bob)
  else if (how === 'left') await leave(bob, roomId)
  else expectSuccess(await ann.api.delete(roomPath(roomId)))
  const told = async () => framesOf(socket, 'inbox').find(frame => frame.gone?.includes(roomId))
  await eventually(told, 'the room to be gone')
  expect(inboxOf(socket, roomId).at(-1)?.lastMessage ?? null).toBeNull()
})

test('[P8.inbox.2] hello with inbox alone tells changes only, from then on', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [quiet, lively] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann, { members: [bob] })]
  await post(ann, quiet, 'before')
  const socket = await bob.connect({ inbox: true })
  const { seq } = await post(ann, lively, 'now')
  await untilInbox(socket, lively, room => room.seq === seq)
  await socket.fence()
  expect(inboxOf(socket, quiet)).toEqual([])
})

test('[P8.inbox.3] a line carries muted, readRevision and activeAt', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect({ inbox: true })
  const { seq, at } = await post(ann, roomId, 'now')
  const line = await untilInbox(socket, roomId, room => room.seq === seq)
  expect(line).toMatchObject({ muted: false, readRevision: 0, activeAt: at })
  expectTime(line.activeAt)
})

test('[P8.inbox.4] inboxSince the cursor of the list: exactly the rooms that have changed, and how many there are', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const rooms = []
  for (const name of ['a', 'b', 'c', 'd']) rooms.push(await makeRoom(ann, { members: [bob], name }))
  const [written = '', read = '', quiet = '', left = ''] = rooms
  const { seq } = await post(ann, read, 'read me')
  const cursor = await cursorOfList(bob)
  await post(ann, written, 'while away')
  await markRead(bob, read, seq)
  await leave(bob, left)
  const { socket, answer } = await resume(bob, cursor)
  expect(roomsOf(answer)).toEqual([written, read].sort())
  expect(answer.at(-1)?.total).toBe(3)
  expect(roomsOf(answer)).not.toContain(quiet)
  for (const roomId of [written, read]) {
    const told = inboxOf(socket, roomId).at(-1)
    expect(told !== undefined && isSameLine(told, await entryOf(bob, roomId)), roomId).toBe(true)
  }
})

test('[P8.inbox.5] nothing has changed: an empty answer with the same total', async () => {
  const [ann, bob] = await people('ann', 'bob')
  for (let made = 0; made < 3; made += 1) await makeRoom(ann, { members: [bob] })
  const { answer } = await resume(bob, await cursorOfList(bob))
  expect(answer.map(frame => frame.rooms)).toEqual([[]])
  expect(answer[0]?.total).toBe(3)
})

test('[P8.inbox.6] the cursor of an inbox frame goes on from there: nothing that came after it is missed', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  let { socket } = await resume(bob, await cursorOfList(bob))
  for (let round = 0; round < 4; round += 1) {
    const seen = await post(ann, roomId, `seen ${round}`)
    await untilInbox(socket, roomId, room => room.seq === seen.seq)
    const cursor = framesOf(socket, 'inbox').findLast(frame => frame.cursor !== undefined)?.cursor
    expect(cursor).toBeTypeOf('string')
    socket.terminate()
    const missed = await post(ann, roomId, `missed ${round}`)
    const next = await resume(bob, cursor ?? '')
    expect(inboxOf(next.socket, roomId).at(-1)?.seq).toBe(missed.seq)
    socket = next.socket
  }
})

test.each(['nonsense', '', '0', '999999999999', '%00'])(
  '[P8.inbox.7] a cursor that is none is answered: list anew (%j)',
  async cursor => {
    const [ann, bob] = await people('ann', 'bob')
    const roomId = await makeRoom(ann, { members: [bob] })
    const { socket, answer } = await resume(bob, cursor)
    expect(answer.map(frame => [frame.rooms, frame.total])).toEqual([[[], -1]])
    const { seq } = await post(ann, roomId, 'live all the same')
    await untilInbox(socket, roomId, room => room.seq === seq)
  },
)

test('[P8.inbox.8] another’s cursor shows nothing but one’s own', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [mine, foreign] = [await makeRoom(bob), await makeRoom(ann)]
  const cursor = await cursorOfList(ann)
  await post(ann, foreign, 'secret')
  await post(bob, mine, 'mine')
  const { answer } = await resume(bob, cursor)
  expect(roomsOf(answer)).toEqual([mine])
  expect(JSON.stringify(answer)).not.toContain(foreign)
})

test('[P8.inbox.9] inboxSince of another type, or over 256 characters, is bad_request', async () => {
  const ann = await person('ann')
  const client = { name: 'conformance', version: '1' }
  for (const inboxSince of [7, null, {}, 'x'.repeat(257)]) {
    const socket = await Socket.connect(ann.at, { token: ann.token })
    socket.send({ type: 'session.hello', protocol: 1, client, inbox: true, inboxSince })
    expect(await socket.next('error')).toMatchObject({ code: 'bad_request' })
  }
})

test('[P8.inbox.10] many changed rooms come in several frames, the most recently active first', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const rooms: string[] = []
  for (let made = 0; made < 120; made += 1) rooms.push(await makeRoom(ann, { members: [bob] }))
  const cursor = await cursorOfList(bob)
  for (const roomId of rooms) await post(ann, roomId, 'while away')
  const { answer } = await resume(bob, cursor)
  expect(roomsOf(answer)).toEqual([...rooms].sort())
  for (const frame of answer) expect(frame.rooms.length).toBeLessThanOrEqual(100)
  expect(answer.length).toBeGreaterThan(1)
  expect(answer.flatMap(frame => frame.total ?? [])).toEqual([120])
  // Of rooms that were active in the same millisecond either may come first.
  const lines = answer.flatMap(frame => frame.rooms)
  const times = lines.map(({ activeAt }) => activeAt ?? '')
  expect(times).toEqual(times.toSorted().reverse())
  expect(lines.find(({ roomId }) => roomId === rooms.at(-1))?.activeAt).toBe(times[0])
})

test('[P8.muted.1] PUT notifications mutes a room for oneself: in the list, and in the inbox of every device', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const sockets = [await bob.connect({ inbox: true }), await bob.connect({ inbox: true })]
  const put = (muted: boolean) => bob.api.put<{ muted: boolean }>(roomPath(roomId, '/notifications'), { muted })
  for (const muted of [true, false]) {
    expect(expectBody(await put(muted), 200)).toEqual({ muted })
    expect((await entryOf(bob, roomId)).muted).toBe(muted)
    for (const socket of sockets) await untilInbox(socket, roomId, room => room.muted === muted)
    expect((await entryOf(ann, roomId)).muted).toBe(false)
  }
})

test('[P8.muted.2] a muted room counts as before, and is no event', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  expectSuccess(await bob.api.put(roomPath(roomId, '/notifications'), { muted: true }))
  const { seq } = await post(ann, roomId, 'you', { mentions: [bob.id] })
  expect(seq).toBe(4)
  expect(await entryOf(bob, roomId)).toMatchObject({ muted: true, unread: 1, mentions: 1 })
})

test('[P8.muted.3] muted that is no boolean is bad_request; in a public room one has to have joined', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  for (const muted of ['yes', 1, null, undefined]) {
    expectProblem(await ann.api.put(roomPath(roomId, '/notifications'), { muted }), 400, 'bad_request')
  }
  expectProblem(await bob.api.put(roomPath(roomId, '/notifications'), { muted: true }), 403, 'forbidden')
})
