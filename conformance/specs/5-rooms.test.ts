import { expect, test } from 'vitest'
import type { Room, RoomList } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { listOf } from '../src/inbox.ts'
import { type Person, people, person } from '../src/people.ts'
import {
  ban,
  erase,
  fill,
  headOf,
  join,
  kick,
  leave,
  logOf,
  makeRoom,
  post,
  roomPath,
  snapshotOf,
} from '../src/rooms.ts'
import { expectMessage, expectRoom } from '../src/shape.ts'
import { unique } from '../src/unique.ts'

test('[P5.list.1] GET /api/rooms: mine, each with seq, unread, mentions, lastReadSeq, lastMessage', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob], name: 'Ops' })
  await makeRoom(ann)
  const quiet = await makeRoom(bob)
  await post(ann, roomId, 'for bob', { mentions: [bob.id] })
  const last = await post(ann, roomId, 'for nobody')
  const { rooms, nextCursor } = await listOf(bob)
  expect(rooms.map(room => room.id)).toEqual([roomId, quiet])
  expect(rooms[0]).toMatchObject({
    name: 'Ops',
    type: 'private',
    seq: last.seq,
    unread: 2,
    mentions: 1,
    lastReadSeq: 3,
  })
  expect(rooms[0]?.lastMessage).toMatchObject({ id: last.messageId, content: 'for nobody' })
  if (rooms[0]?.lastMessage) expectMessage(rooms[0].lastMessage)
  expect(rooms[1]).toMatchObject({ seq: 2, unread: 0, mentions: 0, lastReadSeq: 2, lastMessage: null })
  expect(nextCursor ?? null).toBeNull()
})

test('[P5.list.2] newest activity first', async () => {
  const ann = await person('ann')
  const ids = []
  for (const name of ['a', 'b', 'c']) ids.push(await makeRoom(ann, { name }))
  const [a, b, c] = ids
  expect((await listOf(ann)).rooms.map(room => room.id)).toEqual([c, b, a])
  await post(ann, a ?? '', 'activity')
  expect((await listOf(ann)).rooms.map(room => room.id)).toEqual([a, c, b])
})

test('[P5.list.3] nextCursor leads through all rooms, none twice, none skipped', async () => {
  const ann = await person('ann')
  const made = await Promise.all(Array.from({ length: 130 }, () => makeRoom(ann)))
  const seen: string[] = []
  let cursor: string | null = ''
  for (let page = 0; page < 130 && cursor !== null; page += 1) {
    const list: RoomList = await listOf(ann, cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`)
    seen.push(...list.rooms.map(room => room.id))
    cursor = list.nextCursor ?? null
  }
  expect(cursor).toBeNull()
  expect([...seen].sort()).toEqual([...made].sort())
})

test('[P5.list.4] mentions counts the unread messages that mention me', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const first = await post(ann, roomId, 'one', { mentions: [bob.id] })
  const second = await post(ann, roomId, 'two', { mentions: [bob.id, ann.id] })
  await post(ann, roomId, 'three', { mentions: [ann.id] })
  expect((await listOf(bob)).rooms[0]).toMatchObject({ unread: 3, mentions: 2 })
  expectSuccess(await bob.api.put(roomPath(roomId, '/read'), { seq: first.seq }))
  expect((await listOf(bob)).rooms[0]).toMatchObject({ unread: 2, mentions: 1 })
  await erase(ann, roomId, second.messageId)
  expect((await listOf(bob)).rooms[0]).toMatchObject({ unread: 1, mentions: 0 })
})

test('[P5.list.5] a room that I left, or that was deleted, is not mine any more', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [one, two] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann, { type: 'public', members: [bob] })]
  const three = await makeRoom(ann, { members: [bob] })
  await kick(ann, one, bob)
  await leave(bob, two)
  expectSuccess(await ann.api.delete(roomPath(three)))
  expect((await listOf(bob)).rooms).toEqual([])
})

test('[P5.discover.1] discover lists the public rooms that I may join, q narrows by name', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const word = unique('word')
  const open = await makeRoom(ann, { type: 'public', name: `Open ${word}` })
  await makeRoom(ann, { type: 'private', name: `Closed ${word}` })
  await ban(ann, open, cy)
  const find = async (who: Person) => (await listOf(who, `?discover=true&q=${word}`)).rooms.map(room => room.id)
  expect(await find(bob)).toEqual([open])
  expect(await find(cy)).toEqual([])
  expect((await listOf(bob, `?discover=true&q=${unique('other')}`)).rooms).toEqual([])
})

test('[P5.discover.2] q is plain text: no wildcard, no quoting gets through', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const word = unique('word')
  await makeRoom(ann, { type: 'public', name: `Plain ${word}` })
  for (const q of [`%${word.slice(-6)}x%`, '%_%_%', `${word}' OR '1'='1`, `"${word}"`, `${word}*`]) {
    expect((await listOf(bob, `?discover=true&q=${encodeURIComponent(q)}`)).rooms, q).toEqual([])
  }
})

test('[P5.room.1] GET /api/rooms/:id reads a room: mine, or a public one', async () => {
  const [ann, guest] = await people('ann', 'guest')
  const [closed, open] = [await makeRoom(ann), await makeRoom(ann, { type: 'public' })]
  for (const roomId of [closed, open]) {
    const room = expectBody(await ann.api.get<Room>(roomPath(roomId)), 200)
    expectRoom(room)
    expect(room.id).toBe(roomId)
  }
  expectBody(await guest.api.get(roomPath(open)), 200)
})

test('[P5.room.2] PATCH renames, sets topic, slow mode and metadata; readers see room.updated', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob], name: 'Before' })
  const socket = await bob.connect()
  const { live } = await socket.open(roomId)
  const change = { name: 'After', topic: 'the topic', slowModeMs: 3000, metadata: { k: 'v' } }
  expectSuccess(await ann.api.patch(roomPath(roomId), change))
  expect(expectBody(await bob.api.get<Room>(roomPath(roomId)), 200)).toMatchObject({ id: roomId, ...change })
  expect((await socket.event(roomId, live.seq + 1)).room).toMatchObject(change)
})

test('[P5.room.3] PATCH leaves what it does not name, and what is not its to change', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann, { name: 'Ops', metadata: { k: 'v' } })
  const { name, type, metadata, ephemeral, slowModeMs, createdBy, createdAt } = (await snapshotOf(ann, roomId)).room
  const before = { id: roomId, name, type, metadata, ephemeral, slowModeMs, createdBy, createdAt }
  expectSuccess(await ann.api.patch(roomPath(roomId), { topic: 'x', id: 'other', createdBy: 'me', createdAt: 1 }))
  expect(expectBody(await ann.api.get<Room>(roomPath(roomId)), 200)).toMatchObject({ ...before, topic: 'x' })
})

test('[P5.room.4] PATCH with a field of the wrong type is 400', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  for (const body of [{ name: 7 }, { topic: 7 }, { slowModeMs: 'slow' }, { slowModeMs: 1.5 }, [], 'x']) {
    expectProblem(await ann.api.patch(roomPath(roomId), body), 400, 'bad_request')
  }
  expect(await headOf(ann, roomId)).toBe(2)
})

test('[P5.room.7] slowModeMs below 0 is clamped to 0', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  expectSuccess(await ann.api.patch(roomPath(roomId), { slowModeMs: 1000 }))
  expectSuccess(await ann.api.patch(roomPath(roomId), { slowModeMs: -5 }))
  expect((await snapshotOf(ann, roomId)).room.slowModeMs).toBe(0)
})

test('[P5.room.5] PATCH and DELETE by a stranger: 404 for a private room, 403 for a public one', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [closed, open] = [await makeRoom(ann), await makeRoom(ann, { type: 'public' })]
  expectProblem(await bob.api.patch(roomPath(closed), { topic: 'x' }), 404, 'not_found')
  expectProblem(await bob.api.delete(roomPath(closed)), 404, 'not_found')
  expectProblem(await bob.api.patch(roomPath(open), { topic: 'x' }), 403, 'forbidden')
  expectProblem(await bob.api.delete(roomPath(open)), 403, 'forbidden')
})

test('[P5.room.6] a member may not delete the room; once the owner did it is gone for all', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  await fill(ann, roomId, 2)
  expectProblem(await bob.api.delete(roomPath(roomId)), 403, 'forbidden')
  expectSuccess(await ann.api.delete(roomPath(roomId)))
  for (const who of [ann, bob]) {
    for (const path of ['', '/messages', '/members', '/sync']) {
      expectProblem(await who.api.get(roomPath(roomId, path)), 404, 'not_found')
    }
    const body = { clientId: unique('c'), content: 'x' }
    expectProblem(await who.api.post(roomPath(roomId, '/messages'), body), 404, 'not_found')
  }
})

test('[P5.join.1] POST join makes one a member; joining again changes nothing', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  await join(bob, roomId)
  await post(bob, roomId, 'I may send now')
  const head = await headOf(ann, roomId)
  await join(bob, roomId)
  await join(ann, roomId)
  expect(await headOf(ann, roomId)).toBe(head)
})

test('[P5.join.2] POST leave ends membership; leaving again changes nothing', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await leave(bob, roomId)
  const head = await headOf(ann, roomId)
  await leave(bob, roomId)
  expect(await headOf(ann, roomId)).toBe(head)
  expect((await snapshotOf(ann, roomId)).memberCount).toBe(1)
})

test('[P5.join.3] a private room of others cannot be joined: 404, as one that does not exist', async () => {
  const [ann, bob] = await people('ann', 'bob')
  for (const roomId of [await makeRoom(ann), 'no-such-room']) {
    expectProblem(await bob.api.post(roomPath(roomId, '/join')), 404, 'not_found')
    expectProblem(await bob.api.post(roomPath(roomId, '/leave')), 404, 'not_found')
  }
})

test('[P5.join.4] ten joins at once make one member', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  await Promise.all(Array.from({ length: 10 }, () => join(bob, roomId)))
  expect((await logOf(ann, roomId)).filter(event => event.member?.userId === bob.id).length).toBe(1)
})
