import { expect, test } from 'vitest'
import type { Cursor, RoomEvent, SyncAnswer } from '../src/contract.ts'
import { comparable, emptyState, foldAll, fromSnapshot, type RoomState } from '../src/fold.ts'
import { expectBody, expectSuccess } from '../src/http.ts'
import { type Person, people } from '../src/people.ts'
import {
  commands,
  erase,
  fill,
  grant,
  join,
  kick,
  leave,
  logOf,
  makeRoom,
  post,
  roomPath,
  snapshotOf,
} from '../src/rooms.ts'
import { cursorOf, type Socket } from '../src/socket.ts'

const ROUNDS = 6

/** A round of everything that can happen in a room, by several users. */
async function bustle(owner: Person, ann: Person, bob: Person, roomId: string, round: number): Promise<void> {
  const first = await post(owner, roomId, `round ${round}`)
  const second = await post(ann, roomId, `answer ${round}`, { replyTo: first.messageId, mentions: [owner.id] })
  const onFirst = { roomId, messageId: first.messageId }
  const onSecond = { roomId, messageId: second.messageId }
  await commands(owner, [
    { type: 'message.edit', ref: 'a', ...onFirst, content: `round ${round}, edited` },
    { type: 'reaction.add', ref: 'b', ...onSecond, key: 'x' },
    { type: 'reaction.add', ref: 'c', ...onFirst, key: 'y' },
    { type: 'reaction.remove', ref: 'd', ...onSecond, key: 'x' },
    { type: 'message.pin', ref: 'e', ...onFirst },
    { type: 'message.pin', ref: 'f', ...onSecond },
    { type: 'message.unpin', ref: 'g', ...onSecond },
  ])
  if (round % 2 === 0) await erase(owner, roomId, first.messageId)
  await join(bob, roomId)
  await grant(owner, roomId, ann, round % 2 === 0 ? 'admin' : 'member')
  await (round % 3 === 0 ? kick(owner, roomId, bob) : leave(bob, roomId))
  expectSuccess(await owner.api.patch(roomPath(roomId), { topic: `topic ${round}` }))
}

/** Opens from where `state` stands and folds what comes, up to live. */
async function resume(socket: Socket, roomId: string, state: RoomState): Promise<RoomState> {
  const opened = await socket.open(roomId, state.cursor)
  expect(opened.snapshot).toBeUndefined()
  return foldAll(state, opened.events)
}

test('[P2.6.1] a reader that drops and resumes again and again ends where one that never left is', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  const steady = await ann.connect()
  const { epoch } = await snapshotOf(ann, roomId)
  const opened = await steady.open(roomId, { epoch, seq: 0 })
  let dropping = foldAll(emptyState(epoch), opened.events)
  const base = dropping
  for (let round = 1; round <= ROUNDS; round += 1) {
    await bustle(owner, ann, bob, roomId, round)
    const back = await ann.connect()
    dropping = await resume(back, roomId, dropping)
    back.terminate()
  }
  await steady.reaches(roomId, dropping.cursor.seq)
  const live = steady.events(roomId).filter(event => event.seq > base.cursor.seq)
  expect(comparable(dropping)).toEqual(comparable(foldAll(base, live)))
  expect(comparable(dropping)).toEqual(comparable(fromSnapshot(await snapshotOf(ann, roomId, 100))))
})

test('[P2.6.2] the fold of the whole log equals the snapshot', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  for (let round = 1; round <= 2; round += 1) await bustle(owner, ann, bob, roomId, round)
  const snapshot = await snapshotOf(owner, roomId, 100)
  const folded = foldAll(emptyState(snapshot.epoch), await logOf(owner, roomId))
  expect(comparable(folded)).toEqual(comparable(fromSnapshot(snapshot)))
})

test('[P2.6.3] the fold is idempotent: a message that already carries its present state ends the same', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  const live = await owner.connect()
  await live.open(roomId)
  const { epoch } = await snapshotOf(owner, roomId)
  const base = foldAll(emptyState(epoch), await logOf(owner, roomId))
  await bustle(owner, ann, bob, roomId, 2)
  const log = await logOf(owner, roomId)
  await live.reaches(roomId, log.length)
  const late = foldAll(emptyState(epoch), log)
  expect(comparable(foldAll(base, live.events(roomId)))).toEqual(comparable(late))
})

test('[P2.6.4] a cursor taken over one transport resumes over another', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const socket = await ann.connect()
  let cursor: Cursor = cursorOf(await socket.open(roomId))
  await socket.request({ type: 'room.close', roomId })
  const seen: RoomEvent[] = []
  for (let round = 0; round < 4; round += 1) {
    await fill(owner, roomId, 3)
    const query = `?epoch=${encodeURIComponent(cursor.epoch)}&seq=${cursor.seq}`
    const answer = expectBody(await ann.api.get<SyncAnswer>(roomPath(roomId, `/sync${query}`)), 200)
    if (answer.kind !== 'delta') throw new Error(`expected a delta, got ${answer.kind}`)
    seen.push(...answer.events)
    await fill(owner, roomId, 2)
    const opened = await socket.open(roomId, { epoch: answer.epoch, seq: answer.seq })
    seen.push(...opened.events)
    cursor = cursorOf(opened)
    expect(await socket.request({ type: 'room.close', roomId })).toMatchObject({ type: 'ok' })
  }
  expect(seen.map(event => event.seq)).toEqual((await logOf(ann, roomId)).slice(3).map(event => event.seq))
})

test('[P2.6.5] a cursor from before one was removed resumes after one was added again, the own member.left included', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const socket = await ann.connect()
  const cursor = cursorOf(await socket.open(roomId))
  await kick(owner, roomId, ann)
  await socket.next('room.detached')
  await fill(owner, roomId, 2)
  await grant(owner, roomId, ann, 'member')
  const { snapshot, events } = await socket.open(roomId, cursor)
  expect(snapshot).toBeUndefined()
  expect(events.map(event => event.kind)).toEqual([
    'member.left',
    'message.created',
    'message.created',
    'member.joined',
  ])
  const { seq } = await post(owner, roomId, 'live again')
  await socket.reaches(roomId, seq)
  expect(socket.log.filter(frame => frame.type === 'room.detached').length).toBe(1)
})

test('[P2.6.6] who left a public room resumes it as a reader, over the own member.left', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  const socket = await ann.connect()
  const cursor = cursorOf(await socket.open(roomId))
  await leave(ann, roomId)
  await socket.next('room.detached')
  const { events } = await socket.open(roomId, cursor)
  expect(events.map(event => event.kind)).toEqual(['member.left'])
  const { seq } = await post(owner, roomId, 'live again')
  await socket.reaches(roomId, seq)
})
