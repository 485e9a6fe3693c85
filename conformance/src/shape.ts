import { expect } from 'vitest'
import type { Member, Message, Room, RoomEvent, SnapshotBody } from './contract.ts'

/** RFC 9562 version 7. */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** 2020-01-01: an integer below it is a time in seconds, or no time at all. */
const EARLIEST_MS = 1_577_836_800_000

const ROOM_TYPES = ['public', 'private', 'direct']
const ROLES = ['owner', 'admin', 'member']
const MESSAGE_TYPES = ['text', 'image', 'file', 'system']

/** The fields beside `seq`, `kind`, `at`, `by` of each event kind (protocol §1). */
export const EVENT_FIELDS: Readonly<Record<string, readonly (keyof RoomEvent)[]>> = {
  'room.created': ['room'],
  'room.updated': ['room'],
  'member.joined': ['member'],
  'member.updated': ['member'],
  'member.left': ['userId', 'reason'],
  'message.created': ['message'],
  'message.edited': ['messageId', 'content', 'editedAt'],
  'message.deleted': ['messageId', 'deletedAt'],
  'reaction.added': ['messageId', 'key', 'userId'],
  'reaction.removed': ['messageId', 'key', 'userId'],
  'message.pinned': ['messageId'],
  'message.unpinned': ['messageId'],
}

/** A time: integer milliseconds since the epoch. */
export function expectTime(value: unknown): void {
  expect(Number.isInteger(value), `${value} is an integer`).toBe(true)
  expect(value as number).toBeGreaterThan(EARLIEST_MS)
}

/** A seq: a positive integer. */
export function expectSeq(value: unknown): void {
  expect(Number.isInteger(value) && (value as number) > 0, `${value} is a seq`).toBe(true)
}

export function expectMessageId(value: unknown): void {
  expect(value).toMatch(UUID_V7)
}

export function expectRoom(room: Room): void {
  expect(room.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  expect(room.name).toBeTypeOf('string')
  expect(ROOM_TYPES).toContain(room.type)
  expect(room).toHaveProperty('topic')
  expect(room.ephemeral).toBeTypeOf('boolean')
  expect(Number.isInteger(room.slowModeMs)).toBe(true)
  expect(room).toHaveProperty('metadata')
  expect(room.createdBy).toBeTypeOf('string')
  expectTime(room.createdAt)
}

export function expectMember(member: Member): void {
  expect(member.userId).toBeTypeOf('string')
  expect(member.name).toBeTypeOf('string')
  expect(ROLES).toContain(member.role)
}

export function expectMessage(message: Message): void {
  expectMessageId(message.id)
  expectSeq(message.seq)
  for (const key of ['roomId', 'senderId', 'senderName', 'clientId', 'content'] as const) {
    expect(message[key], key).toBeTypeOf('string')
  }
  expect(MESSAGE_TYPES).toContain(message.type)
  expect(message.replyTo === null || typeof message.replyTo === 'string', 'replyTo').toBe(true)
  expect(Array.isArray(message.attachments), 'attachments').toBe(true)
  expect(Array.isArray(message.mentions), 'mentions').toBe(true)
  expect(message.seen === null || Number.isInteger(message.seen), 'seen').toBe(true)
  expectTime(message.createdAt)
  for (const key of ['editedAt', 'deletedAt'] as const) if (message[key] !== null) expectTime(message[key])
  expect(message.reactions).toBeTypeOf('object')
  expect(message.pinned).toBeTypeOf('boolean')
}

/** A deleted message: its place is kept, its content is not. */
export function expectTombstone(message: Message): void {
  expectMessage(message)
  expectTime(message.deletedAt)
  const { content, attachments, mentions, reactions, pinned } = message
  expect({ content, attachments, mentions, reactions, pinned }).toEqual({
    content: '',
    attachments: [],
    mentions: [],
    reactions: {},
    pinned: false,
  })
}

/** An event of a stated kind with the fields of that kind. */
export function expectEvent(event: RoomEvent): void {
  expectSeq(event.seq)
  expectTime(event.at)
  expect(event.by).toBeTypeOf('string')
  expect(Object.keys(EVENT_FIELDS)).toContain(event.kind)
  for (const field of EVENT_FIELDS[event.kind] ?? []) expect(event, event.kind).toHaveProperty(field)
  if (event.room !== undefined) expectRoom(event.room)
  if (event.member !== undefined) expectMember(event.member)
  if (event.message !== undefined) expectMessage(event.message)
}

/** The seqs are `from`, `from + 1`, … without gap or repeat. */
export function expectContiguous(events: readonly RoomEvent[], from: number): void {
  expect(events.map(event => event.seq)).toEqual(events.map((_, index) => from + index))
}

/** What must be the same for every reader of an event, live and in catch-up. */
export function identityOf({ seq, kind, at, by, message, messageId }: RoomEvent): string {
  return [seq, kind, at, by, message?.id ?? messageId, message?.content].join(' ')
}

/** A snapshot body with all its fields. */
export function expectSnapshot(snapshot: SnapshotBody): void {
  expect(snapshot.epoch).toBeTypeOf('string')
  expectSeq(snapshot.seq)
  expectRoom(snapshot.room)
  for (const member of snapshot.members) expectMember(member)
  expect(Number.isInteger(snapshot.memberCount)).toBe(true)
  for (const message of snapshot.messages) expectMessage(message)
  expect(snapshot.reads).toBeTypeOf('object')
  for (const key of ['lastReadSeq', 'unread'] as const) expect(Number.isInteger(snapshot[key]), key).toBe(true)
  expect(snapshot.hasMore).toBeTypeOf('boolean')
  expect(snapshot.nextCursor === null || typeof snapshot.nextCursor === 'string', 'nextCursor').toBe(true)
}
