import {
  type Member,
  type Message,
  type RoomEvent,
  type RoomSnapshot,
  type RoomState,
  reduce,
} from '@holdfast/protocol'
import { deepEqual } from '../equal.ts'
import { countUnread } from './unread.ts'

/** What is held of a room: the fold of its log, and what comes beside the log. Immutable. */
export interface RoomData {
  readonly state: RoomState
  /** Whether there are older messages, and the cursor of the page that holds them. */
  readonly hasMore: boolean
  readonly nextCursor: string | null
  /** How far each has read, this person included. */
  readonly reads: Readonly<Record<string, number>>
  readonly lastReadSeq: number
  /** Unread messages that are older than the oldest one held. */
  readonly unreadBelow: number
  /** Messages that a page showed as of a later seq than is held, by id: no event up to that seq changes them. */
  readonly ahead: ReadonlyMap<string, number>
}

/** What a snapshot says, with everything of `before` that it says again keeping its identity. */
export function dataOf(snapshot: RoomSnapshot, before: RoomData | null, userId: string | null): RoomData {
  const { epoch, seq, room, memberCount, reads, hasMore, nextCursor } = snapshot
  const messages = keepMessages(snapshot.messages, before?.state.messages ?? [])
  const lastReadSeq = snapshot.lastReadSeq
  const state: RoomState = {
    epoch,
    seq,
    room: before !== null && deepEqual(before.state.room, room) ? before.state.room : room,
    members: keepMembers(snapshot.members, before?.state.members ?? new Map()),
    memberCount,
    messages,
  }
  const unreadBelow = Math.max(0, snapshot.unread - countUnread(messages, lastReadSeq, userId))
  return { state, hasMore, nextCursor, reads, lastReadSeq, unreadBelow, ahead: new Map() }
}

/** `data` after `events`, which follow it without a gap. */
export function withEvents(data: RoomData, events: readonly RoomEvent[]): RoomData {
  const fresh =
    data.ahead.size === 0
      ? events
      : events.filter(event => !('messageId' in event) || event.seq > (data.ahead.get(event.messageId) ?? 0))
  const seq = Math.max(data.state.seq, events.at(-1)?.seq ?? 0)
  if (seq === data.state.seq) return data
  const ahead = new Map([...data.ahead].filter(([, upTo]) => upTo > seq))
  return { ...data, ahead, state: { ...reduce(data.state, fresh), seq } }
}

/** `data` with the read positions that have moved. They only ever grow: an older one is late, not new. */
export function withReads(data: RoomData, moved: Readonly<Record<string, number>>, userId: string | null): RoomData {
  const reads: Record<string, number> = { ...data.reads }
  for (const [reader, seq] of Object.entries(moved)) reads[reader] = Math.max(readBy(reads, reader) ?? 0, seq)
  const own = readBy(reads, userId)
  return withLastRead({ ...data, reads }, own ?? 0)
}

/** How far `userId` has read; of what every object has by name, a userId like `constructor` gets nothing. */
export function readBy(reads: Readonly<Record<string, number>>, userId: string | null): number | undefined {
  return userId !== null && Object.hasOwn(reads, userId) ? reads[userId] : undefined
}

/** `data` once this person has read up to `seq`; the same when they had before. */
export function withLastRead(data: RoomData, seq: number): RoomData {
  if (seq <= data.lastReadSeq) return data
  const oldest = data.state.messages[0]?.seq ?? Number.POSITIVE_INFINITY
  return { ...data, lastReadSeq: seq, unreadBelow: seq >= oldest ? 0 : data.unreadBelow }
}

function keepMessages(now: readonly Message[], before: readonly Message[]): readonly Message[] {
  const known = new Map(before.map(message => [message.id, message]))
  return now.map(message => {
    const old = known.get(message.id)
    return old !== undefined && deepEqual(old, message) ? old : message
  })
}

function keepMembers(now: readonly Member[], before: ReadonlyMap<string, Member>): ReadonlyMap<string, Member> {
  if (deepEqual(now, [...before.values()])) return before
  return new Map(now.map(member => [member.userId, member]))
}
