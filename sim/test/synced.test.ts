import {
  emptyRoomState,
  type Message,
  type Room,
  type RoomEvent,
  reduce,
  type SyncAnswer,
  tombstone,
} from '@holdfast/protocol'
import type { LogCommand } from '@holdfast/server/testing'
import { describe, expect, test } from 'vitest'
import { type Polled, SYNC_RULES } from '../src/invariants/synced.ts'
import { Ledger } from '../src/ledger.ts'

const ANN = { userId: 'ann', name: 'ann', isAdmin: false }
const ROOM: Room = {
  ...{ id: 'r', name: 'R', type: 'private', topic: '', ephemeral: false, slowModeMs: 0, metadata: {} },
  ...{ createdBy: 'ann', createdAt: 1 },
}
const MESSAGE: Message = {
  ...{
    id: 'm',
    seq: 4,
    roomId: 'r',
    senderId: 'ann',
    senderName: 'ann',
    clientId: 'c',
    type: 'text',
    content: 'first',
  },
  ...{ replyTo: null, attachments: [], mentions: [], seen: null, createdAt: 4, editedAt: null, deletedAt: null },
  ...{ reactions: {}, pinned: false },
}
const GONE = tombstone({ ...MESSAGE, editedAt: 5 }, 6)
const EDIT = {
  kind: 'message.edited',
  seq: 5,
  at: 5,
  by: 'ann',
  messageId: 'm',
  content: 'second',
  editedAt: 5,
} as const
const DELETION = { kind: 'message.deleted', seq: 6, at: 6, by: 'ann', messageId: 'm', deletedAt: 6 } as const
const LEAVING = { kind: 'member.left', seq: 7, at: 7, by: 'ann', userId: 'bob', reason: 'kicked' } as const

const joined = (seq: number, userId: string): RoomEvent => {
  return { kind: 'member.joined', seq, at: seq, by: 'ann', member: { userId, name: userId, role: 'member' } }
}
/** A private room that ann and bob were in: she has written, edited and deleted, and removed him. */
const BEFORE: readonly RoomEvent[] = [
  { kind: 'room.created', seq: 1, at: 1, by: 'ann', room: ROOM },
  joined(2, 'ann'),
  joined(3, 'bob'),
]
const AS_WRITTEN: readonly RoomEvent[] = [
  { kind: 'message.created', seq: 4, at: 4, by: 'ann', message: MESSAGE },
  ...[EDIT, DELETION, LEAVING],
]
/** What is left of it. */
const AS_READ: readonly RoomEvent[] = [
  { kind: 'message.created', seq: 4, at: 4, by: 'ann', message: GONE },
  ...[{ ...EDIT, content: '' }, DELETION, LEAVING],
]

type Delta = Extract<SyncAnswer, { kind: 'delta' }>

/** Which rules an answer breaks of somebody who held what was there before, and holds behind it what it comes to. */
function broken(wrong: Partial<Delta>, userId = 'ann'): readonly string[] {
  const ledger = new Ledger([], () => {})
  const events = [...BEFORE, ...AS_WRITTEN]
  const command: LogCommand = { kind: 'member.remove', actor: ANN, roomId: 'r', userId: 'bob' }
  ledger.take([command], [{ ok: true, roomId: 'r', epoch: 'e', seq: 7, events, detail: { kind: 'none' } }])
  const answer: Delta = { kind: 'delta', epoch: 'e', seq: 7, events: AS_READ, ...wrong }
  const state = reduce(emptyRoomState('r', 'e'), [...BEFORE, ...answer.events])
  const now: Polled = { state, hasMore: false }
  const rules = new Set<string>()
  const context = { userId, roomId: 'r', ledger, cursor: { epoch: 'e', seq: 3 }, breach: (id: string) => rules.add(id) }
  for (const rule of SYNC_RULES) rule(context, answer, now)
  return [...rules]
}

describe('what is read without a socket', () => {
  test('as the log has it, breaks no rule', () => {
    expect(broken({})).toEqual([])
  })

  test('[LOG8] brings back neither a deleted message nor an edit of it', () => {
    const [created, edited] = [AS_WRITTEN.slice(0, 1), [EDIT]]
    expect(broken({ events: [...created, ...AS_READ.slice(1)] })).toEqual(['LOG8'])
    expect(broken({ events: [...AS_READ.slice(0, 1), ...edited, ...AS_READ.slice(2)] })).toEqual(['LOG8'])
  })

  test('[READ1] goes on where the cursor is, and ends where it says', () => {
    expect(broken({ events: AS_READ.slice(1) })).toContain('READ1')
    expect(broken({ events: AS_READ.slice(0, -1) })).toContain('READ1')
  })

  test('[READ5] is of the log that the cursor is of', () => {
    expect(broken({ epoch: 'another' })).toEqual(['READ5'])
  })

  test('[LOG7] is in the log', () => {
    expect(broken({ events: AS_READ.map(event => ({ ...event, by: 'eve' })) })).toEqual(['LOG7'])
  })

  test('[READ4] comes to what the whole log comes to', () => {
    const lasting = { ...LEAVING, userId: 'nobody' }
    expect(broken({ events: [...AS_READ.slice(0, -1), lasting] })).toEqual(['READ4'])
    const [created, ...others] = AS_READ
    const other: RoomEvent = { kind: 'message.created', seq: 4, at: 4, by: 'ann', message: { ...GONE, createdAt: 5 } }
    expect(created).not.toEqual(other)
    expect(broken({ events: [other, ...others] })).toEqual(['READ4'])
  })

  test('[GONE1] is for whoever was a member as of that moment', () => {
    expect(broken({}, 'bob')).toEqual(['GONE1'])
  })
})
