import type { InboxEntry } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import type { InboxRoom } from '../../src/inbox/inbox-room.ts'
import { InboxRooms } from '../../src/inbox/inbox-rooms.ts'

function entryOf(roomId: string): InboxEntry {
  const own = { unread: 1, mentions: 0, lastReadSeq: 1, muted: false, readRevision: 0 }
  return { roomId, name: roomId, type: 'public', seq: 5, lastMessage: null, activeAt: 1, ...own }
}

const lineOf = (room: InboxRoom) => {
  const line = room.line('bob')
  if (line === undefined) throw new Error('bob has a line')
  return line
}

test('[inbox] of more rooms than may be followed the longest quiet one is forgotten, and read again when it matters', () => {
  const table = new InboxRooms(2)
  const rooms = ['a', 'b', 'c'].map(roomId => table.enter(roomId, 'bob'))
  for (const room of rooms) {
    room.adopt(lineOf(room), entryOf(room.roomId))
    table.keep(room)
  }
  expect(rooms.map(room => room.isDoubtful(lineOf(room)))).toEqual([true, false, false])
  const [first] = rooms
  first?.adopt(lineOf(first), entryOf('a'))
  expect(first?.isDoubtful(lineOf(first))).toBe(false)
})

test('[inbox] a room that nobody here is in any more is not kept', () => {
  const table = new InboxRooms()
  const room = table.enter('a', 'bob')
  table.enter('a', 'ann')
  table.leave(room, 'bob')
  expect(table.get('a')).toBe(room)
  table.leave(room, 'ann')
  expect(table.get('a')).toBe(undefined)
})

test('[inbox] a member of a room costs no line until they have to be told of it, whatever is said there', () => {
  const room = new InboxRooms().enter('a', 'bob')
  const deleted = { kind: 'message.deleted', seq: 6, at: 1, by: 'ann', messageId: 'm1', deletedAt: 1 } as const
  const left = { kind: 'member.left', seq: 7, at: 1, by: 'cy', userId: 'cy', reason: 'left' } as const
  expect(room.receive('epoch', [deleted, left])).toBe(true)
  expect([room.lineMade('bob'), [...room.people]]).toEqual([undefined, ['bob']])
  expect(room.isDoubtful(lineOf(room)), 'and then it has to be read').toBe(true)
  expect(room.lineMade('bob')).toBe(room.line('bob'))
  expect(room.line('ann')).toBe(undefined)
})
