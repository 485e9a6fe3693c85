import type { Member, Message, Room, RoomEvent } from '@holdfast/protocol'
import fc from 'fast-check'

export const room: Room = {
  id: 'r',
  name: 'Dispatch',
  type: 'public',
  topic: '',
  ephemeral: false,
  slowModeMs: 0,
  metadata: {},
  createdBy: 'ann',
  createdAt: 1,
}

export function message(seq: number, fields: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    roomId: 'r',
    senderId: 'ann',
    senderName: 'Ann',
    clientId: `c${seq}`,
    type: 'text',
    content: `text ${seq}`,
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    createdAt: seq,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
    ...fields,
  }
}

type Step = { readonly op: number; readonly target: number; readonly who: number; readonly key: number }

const PEOPLE = ['ann', 'bob', 'cyd']
const KEYS = ['👍', 'toString', 'ok']

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.integer({ min: 0, max: 12 }),
  target: fc.nat(20),
  who: fc.nat(2),
  key: fc.nat(2),
})

/** A whole log, from `room.created` on, in which each event is about something that is there. */
export const roomLog: fc.Arbitrary<readonly RoomEvent[]> = fc.array(step, { maxLength: 60 }).map(steps => {
  const log: RoomEvent[] = [{ kind: 'room.created', seq: 1, at: 1, by: 'ann', room }]
  const inRoom = new Map<string, Member>()
  for (const taken of steps) {
    const event = eventOf(taken, log, inRoom)
    if (event !== null) log.push(event)
  }
  return log
})

function eventOf(taken: Step, log: readonly RoomEvent[], inRoom: Map<string, Member>): RoomEvent | null {
  const seq = log.length + 1
  const userId = PEOPLE[taken.who] ?? 'ann'
  const base = { seq, at: seq, by: userId }
  if (taken.op <= 3) {
    const mentions = PEOPLE.slice(0, taken.key)
    return { kind: 'message.created', ...base, message: message(seq, { senderId: userId, mentions }) }
  }
  if (taken.op === 4) {
    const member: Member = { userId, name: userId, role: 'member' }
    const kind = inRoom.has(userId) ? 'member.updated' : 'member.joined'
    inRoom.set(userId, member)
    return { kind, ...base, member }
  }
  if (taken.op === 5) return inRoom.delete(userId) ? { kind: 'member.left', ...base, userId, reason: 'left' } : null
  const created = log.filter(event => event.kind === 'message.created')
  const target = created[taken.target % Math.max(1, created.length)]
  if (target === undefined) return null
  const messageId = target.message.id
  const key = KEYS[taken.key] ?? 'ok'
  switch (taken.op) {
    case 6:
      return { kind: 'message.edited', ...base, messageId, content: `edited at ${seq}`, editedAt: seq }
    case 12:
      return {
        kind: 'message.edited',
        ...base,
        messageId,
        content: 'again',
        editedAt: seq,
        mentions: PEOPLE.slice(taken.key),
      }
    case 7:
      return { kind: 'message.deleted', ...base, messageId, deletedAt: seq }
    case 8:
      return { kind: 'reaction.added', ...base, messageId, key, userId }
    case 9:
      return { kind: 'reaction.removed', ...base, messageId, key, userId }
    case 10:
      return { kind: 'message.pinned', ...base, messageId }
    default:
      return { kind: 'message.unpinned', ...base, messageId }
  }
}
