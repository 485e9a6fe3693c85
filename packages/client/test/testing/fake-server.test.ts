import type { DownFrame } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import {
  all,
  assertConverged,
  createFakeServer,
  keepsContract,
  losesEvents,
  only,
  slow,
  times,
  unreachable,
} from '../../src/testing.ts'
import { desk, ROOM } from '../support/desk.ts'

describe('several at once', () => {
  test('slow: what the others lose is lost, what they let through is slow, and nothing overtakes it', async () => {
    const { server, time, behave, clients, shown } = await desk()
    behave(all(slow(100), times(2, losesEvents)))
    server.say(ROOM, 'bob', 'lost')
    await time.advance(1_000)
    expect(shown()).toEqual([])
    behave(slow(100))
    server.say(ROOM, 'bob', 'under way')
    await time.advance(99)
    behave(keepsContract)
    server.say(ROOM, 'bob', 'behind it')
    await time.advance(0)
    // Had it come first, the hole before it would have been seen, and filled.
    expect(shown()).toEqual([])
    await assertConverged(clients, ROOM, { server })
    expect(shown()).toEqual(['lost', 'under way', 'behind it'])
  })

  test('times: slow so many times', async () => {
    const { server, time, behave, shown } = await desk()
    behave(times(2, slow(100)))
    server.say(ROOM, 'bob', 'slow')
    await time.advance(100)
    server.say(ROOM, 'bob', 'at once')
    expect(shown()).toEqual(['slow', 'at once'])
  })
})

describe('what is no event', () => {
  test('who types is told to the others, ends by itself, and with the message', async () => {
    const { server, time, room, bob } = await desk()
    const typing = () => bob.room(ROOM).getSnapshot().typing.userIds
    room.typing()
    await time.advance(0)
    expect([typing(), room.getSnapshot().typing.userIds]).toEqual([['ann'], []])
    const frames: DownFrame[] = []
    server.behaviour = {
      send(said, { userId }) {
        if (userId === 'bob') frames.push(...said)
        return [said]
      },
    }
    server.say(ROOM, 'ann', 'done, on another device')
    expect(typing()).toEqual([])
    expect(frames).toContainEqual({ type: 'typing', roomId: ROOM, userIds: [], remainingMs: [] })
    await time.advance(3_000)
    room.typing()
    await time.advance(2_900)
    expect(typing()).toEqual(['ann'])
    await time.advance(6_000)
    expect(typing()).toEqual([])
  })

  test('who has read is told to the others, and again after a reconnect; not of who hides it', async () => {
    const { server, time, behave, room, bob, ann, clients } = await desk()
    server.say(ROOM, 'bob', 'read me')
    room.markRead()
    await assertConverged(clients, ROOM, { server })
    await time.advance(1_000)
    expect(bob.room(ROOM).getSnapshot().reads).toEqual({ ann: 4 })
    behave(only('bob', unreachable))
    server.end(1006, 'bob')
    server.say(ROOM, 'bob', 'and me')
    room.markRead()
    await time.advance(3_000)
    expect(server.room(ROOM).reads.of('ann').lastReadSeq).toBe(5)
    behave(keepsContract)
    await time.advance(30_000)
    expect(bob.room(ROOM).getSnapshot().reads).toEqual({ ann: 5 })
    await ann.settings.update({ readReceipts: false })
    server.say(ROOM, 'bob', 'not me')
    room.markRead()
    await time.advance(3_000)
    expect(bob.room(ROOM).getSnapshot().reads).toEqual({ ann: 5 })
    expect(room.getSnapshot().unread).toBe(0)
    await ann.settings.update({ readReceipts: true })
    expect(server.room(ROOM).snapshot('bob').reads.ann).toBe(5)
  })

  test('the list of rooms follows what happens in rooms that nobody has open', async () => {
    const { server, time, bob } = await desk()
    server.room('other', 'ann', 'bob')
    server.say('other', 'ann', 'news')
    await time.advance(1_000)
    expect(bob.rooms.getSnapshot()).toMatchObject({ unreadRooms: 1, rooms: [{ id: 'other', unread: 1 }, { id: ROOM }] })
  })
})

test('a backup knows nothing of what came after it: neither what was sent nor what was read', () => {
  const server = createFakeServer()
  const room = server.room(ROOM, 'ann', 'bob')
  const draft = { clientId: 'c', content: 'said' }
  expect(room.send('bob', draft).event).not.toBeNull()
  room.read('ann', 4)
  room.restore(3)
  expect(room.line('ann')).toMatchObject({ seq: 3, lastReadSeq: 3, lastMessage: null })
  expect(room.send('bob', draft)).toMatchObject({ event: { seq: 4 }, result: { duplicate: false } })
  expect(room.line('ann').unread).toBe(1)
})

test('a room that is not there is not made by a slip of the pen', () => {
  expect(() => createFakeServer().room('dekc')).toThrow('unable to find the room dekc')
})

test('a room that is there is not given members by making it again', () => {
  const server = createFakeServer()
  server.room(ROOM, 'ann')
  expect(() => server.room(ROOM, 'zed')).toThrow('unable to make the room desk; it is there already')
})
