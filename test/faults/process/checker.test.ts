import { emptyRoomState, type Message, type RoomEvent, reduce } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { canonical } from '../support/canonical.ts'
import { check } from '../support/checker.ts'
import type { Evidence } from '../support/evidence.ts'
import { faceOf, type HistoryLine, type Saw } from '../support/history-lines.ts'
import type { RoomTruth } from '../support/store-log.ts'

const ROOM = 'r'
const EPOCH = 'e'
const BASE = { roomId: ROOM, socket: 1 }
const CURSOR = { epoch: EPOCH, seq: 5 }

function message(seq: number, clientId: string, more: Partial<Message> = {}): RoomEvent {
  const id = `id-${seq}`
  const nothing = { replyTo: null, attachments: [], mentions: [], seen: null, editedAt: null, deletedAt: null }
  const who = {
    id,
    seq,
    roomId: ROOM,
    senderId: 'ann',
    senderName: 'ann',
    clientId,
    type: 'text',
    createdAt: seq,
  } as const
  const written: Message = { ...who, ...nothing, content: clientId, reactions: {}, pinned: false, ...more }
  return { seq, at: seq, by: 'ann', kind: 'message.created', message: written }
}

function joined(seq: number, userId: string): RoomEvent {
  return { seq, at: seq, by: 'ann', kind: 'member.joined', member: { userId, name: userId, role: 'member' } }
}

const FACE = { id: ROOM, name: 'r', type: 'private', topic: '', ephemeral: false, slowModeMs: 0, metadata: {} } as const
const LOG: readonly RoomEvent[] = [
  { seq: 1, at: 1, by: 'ann', kind: 'room.created', room: { ...FACE, createdBy: 'ann', createdAt: 1 } },
  joined(2, 'ann'),
  message(3, 'a'),
  message(4, 'b'),
  message(5, 'c'),
]

function truth(events: readonly RoomEvent[] = LOG, changes: readonly string[] = []): RoomTruth {
  const state = reduce(emptyRoomState(ROOM, EPOCH), events)
  return { roomId: ROOM, epoch: EPOCH, events, state, snapshot: state, changes }
}

const seen = (...seqs: readonly number[]): Saw => {
  const events = seqs.map(seq => ({ seq, face: faceOf(LOG[seq - 1] as RoomEvent) }))
  return { what: 'events', ...BASE, events }
}
const wrote = (clientId: string): Saw => ({ what: 'wrote', roomId: ROOM, clientId, content: clientId })
const acked = (clientId: string, seq: number): Saw => {
  return { what: 'acked', roomId: ROOM, clientId, at: { seq, messageId: `id-${seq}` } }
}
const view = (more: object = {}): Saw => {
  const messages = truth().state.messages.map(canonical)
  return { what: 'view', roomId: ROOM, status: 'live', hasMore: false, messages, ...CURSOR, ...more }
}

/** What a device of ann's did and saw that kept to every rule. */
const GOOD: readonly Saw[] = [
  ...['a', 'b', 'c'].map(wrote),
  { what: 'connected', socket: 1 },
  { what: 'opened', ...BASE, from: null },
  { what: 'snapshot', ...BASE, epoch: EPOCH, seq: 3, places: [{ seq: 3, messageId: 'id-3' }] },
  { what: 'live', ...BASE, epoch: EPOCH, seq: 3 },
  acked('a', 3),
  seen(4, 5),
  acked('b', 4),
  acked('c', 5),
  view(),
]

function by(userId: string, saws: readonly Saw[]): readonly HistoryLine[] {
  return saws.map(saw => ({ ...saw, device: `${userId}.1`, userId }))
}

/** The good history with something else in it, or another log under it. */
const withMore = (...more: readonly Saw[]): Evidence => ({ rooms: [truth()], lines: by('ann', [...GOOD, ...more]) })
const without = (what: (saw: Saw) => boolean, ...more: readonly Saw[]): Evidence => {
  return { rooms: [truth()], lines: by('ann', [...GOOD.filter(saw => !what(saw)), ...more]) }
}
const over = (events: readonly RoomEvent[]): Evidence => ({ rooms: [truth(events)], lines: by('ann', GOOD) })
const replaced = (event: RoomEvent): readonly RoomEvent[] => LOG.map(old => (old.seq === event.seq ? event : old))

const left: RoomEvent = { seq: 7, at: 7, by: 'ann', kind: 'member.left', userId: 'bob', reason: 'kicked' }
const EDIT = { what: 'changed', roomId: ROOM, change: 'message.edit', messageId: 'id-3', value: 'new' } as const
const REACTION = { ...EDIT, change: 'reaction.add' } as const
const DELETION = { ...EDIT, change: 'message.delete', messageId: 'id-4', value: '' } as const
const ABOUT = { by: 'ann', messageId: 'id-3' } as const
/** A log in which one message is edited twice and reacted to, and another is deleted. */
const CHANGED: readonly RoomEvent[] = [
  ...LOG,
  { seq: 6, at: 6, ...ABOUT, kind: 'message.edited', content: 'new', editedAt: 6 },
  { seq: 7, at: 7, ...ABOUT, kind: 'reaction.added', key: 'new', userId: 'ann' },
  { seq: 8, at: 8, ...ABOUT, kind: 'message.deleted', messageId: 'id-4', deletedAt: 8 },
  { seq: 9, at: 9, ...ABOUT, kind: 'message.edited', content: 'newer', editedAt: 9 },
]
const changed = (...told: readonly Saw[]): Evidence => ({
  rooms: [truth(CHANGED)],
  lines: by('ann', [...['a', 'b', 'c'].map(wrote), ...told]),
})

/** One history for each way to break a rule, and the rule. */
const BAD: readonly (readonly [string, string, Evidence])[] = [
  ['LOG1', 'a seq is missing in the log', over(LOG.filter(event => event.seq !== 4))],
  ['LOG1', 'the log was told otherwise before', { rooms: [truth(LOG, ['it was longer'])], lines: by('ann', GOOD) }],
  ['LOG3', 'a stamp goes back', over(replaced({ ...message(5, 'c'), at: 1 }))],
  ['LOG3', 'a message id goes back', over(replaced(message(5, 'c', { id: 'id-0' })))],
  [
    'LOG4',
    'a snapshot is not the fold',
    { ...over(LOG), rooms: [{ ...truth(), snapshot: truth(LOG.slice(0, 4)).snapshot }] },
  ],
  ['LOG7', 'an event was sent that is not there', over(LOG.slice(0, 4))],
  ['LOG7', 'an event was sent that is another', over(replaced({ ...message(5, 'c'), at: 9 }))],
  ['LOG7', 'a snapshot had another message', over(replaced(message(3, 'a', { id: 'id-0' })))],
  ['LOG7', 'a message says what nobody has written', over(replaced(message(5, 'c', { content: 'x' })))],
  ['DUR2', 'an acknowledged message is not there', over(LOG.slice(0, 4))],
  ['DUR2', 'it is in another place', over([...LOG.slice(0, 3), message(4, 'c'), message(5, 'b')])],
  ['DUR2', 'an acknowledged edit is not there', withMore({ ...EDIT, seq: 5 })],
  ['DUR2', 'an acknowledged deletion is not there', withMore({ ...EDIT, change: 'message.delete', seq: 5 })],
  ['DUR2', 'an acknowledged reaction is not there', withMore({ ...EDIT, change: 'reaction.add', seq: 5 })],
  ['DUR2', 'an edit was told before its place', changed({ ...EDIT, seq: 5 })],
  ['DUR2', 'an edit was told where another had taken its place', changed({ ...EDIT, seq: 9 })],
  ['DUR2', 'a reaction was told before its place', changed({ ...REACTION, seq: 6 })],
  ['DUR2', "a reaction was told and is somebody else's", { ...changed(), lines: by('bob', [{ ...REACTION, seq: 7 }]) }],
  ['DUR2', 'another reaction was told', changed({ ...REACTION, value: 'other', seq: 9 })],
  ['DUR2', 'a deletion was told before its place', changed({ ...DELETION, seq: 7 })],
  [
    'DUR2',
    'a deletion was told of a message that was only edited',
    changed({ ...DELETION, messageId: 'id-3', seq: 9 }),
  ],
  ['SEND1', 'a message is there twice', over([...LOG, message(6, 'a')])],
  [
    'SEND2',
    'messages are in another order than written',
    over([...LOG.slice(0, 2), message(3, 'b'), message(4, 'a'), message(5, 'c')]),
  ],
  [
    'SDK4',
    'a message was given up',
    withMore(wrote('d'), { what: 'failed', roomId: ROOM, clientId: 'd', reason: 'no' }),
  ],
  ['SDK3', 'a client has shown a message twice', withMore({ what: 'breach', rule: 'SDK3', text: 'twice' })],
  ['READ1', 'an event was skipped', without(saw => saw.what === 'events', seen(5))],
  ['READ1', 'an event came twice', withMore(seen(5))],
  [
    'READ1',
    'the first event behind a cursor was skipped',
    withMore(
      { what: 'opened', ...BASE, socket: 2, from: { epoch: EPOCH, seq: 3 } },
      { ...(seen(5) as Saw & { what: 'events' }), socket: 2 },
    ),
  ],
  ['READ1', 'it is live short of what it was sent', withMore({ what: 'live', ...BASE, epoch: EPOCH, seq: 4 })],
  [
    'READ1',
    'events came of a room that was not opened',
    withMore({ ...(seen(3) as Saw & { what: 'events' }), socket: 7 }),
  ],
  ['READ4', 'a client shows another text', without(saw => saw.what === 'view', view({ messages: ['x', 'y', 'z'] }))],
  [
    'READ4',
    'a client shows too little',
    without(
      saw => saw.what === 'view',
      view({ messages: view().what === 'view' ? truth().state.messages.slice(1).map(canonical) : [] }),
    ),
  ],
  ['READ4', 'a client stands behind', without(saw => saw.what === 'view', view({ seq: 4 }))],
  ['READ4', 'a client is not live', without(saw => saw.what === 'view', view({ status: 'joining' }))],
  ['READ5', 'a client was given another epoch', withMore({ what: 'live', ...BASE, epoch: 'other', seq: 5 })],
  [
    'GONE1',
    'somebody who was removed was sent what followed',
    {
      rooms: [truth([...LOG, joined(6, 'bob'), left, message(8, 'd')])],
      lines: by('bob', [{ what: 'snapshot', ...BASE, epoch: EPOCH, seq: 8, places: [] }]),
    },
  ],
]

describe('the checker of histories', () => {
  test('finds nothing in one that keeps to every rule', () => {
    expect(check(withMore())).toEqual([])
    const reopened: readonly Saw[] = [
      { what: 'disconnected', socket: 1, code: 1006 },
      { what: 'opened', roomId: ROOM, socket: 2, from: { epoch: EPOCH, seq: 4 } },
      { ...(seen(5) as Saw & { what: 'events' }), socket: 2 },
      { what: 'live', roomId: ROOM, socket: 2, epoch: EPOCH, seq: 5 },
      { what: 'opened', roomId: ROOM, socket: 2, from: { epoch: EPOCH, seq: 5 } },
      { what: 'live', roomId: ROOM, socket: 2, epoch: EPOCH, seq: 5 },
    ]
    expect(check(withMore(...reopened))).toEqual([])
  })

  test('finds nothing where a change that was sent again is told the latest seq, and others follow it', () => {
    const inPlace: readonly Saw[] = [
      { ...EDIT, seq: 6 },
      { ...REACTION, seq: 7 },
      { ...DELETION, seq: 8 },
    ]
    const again: readonly Saw[] = [
      { ...EDIT, seq: 8 },
      { ...REACTION, seq: 9 },
      { ...DELETION, seq: 9 },
    ]
    const ofTheDeleted: Saw = { ...EDIT, messageId: 'id-4', value: 'gone', seq: 6 }
    expect(check(changed(...inPlace, ...again, ofTheDeleted))).toEqual([])
  })

  test.each(BAD)('finds that %s is broken where %s', (rule, _where, evidence) => {
    expect(check(evidence).map(violation => violation.rule)).toContain(rule)
  })

  test('has seen every rule broken that it knows', () => {
    const broken = new Set(BAD.map(([rule]) => rule))
    const known = ['LOG1', 'LOG3', 'LOG4', 'LOG7', 'DUR2', 'SEND1', 'SEND2', 'SDK4', 'READ1', 'READ4', 'READ5', 'GONE1']
    expect(known.filter(rule => !broken.has(rule))).toEqual([])
  })
})
