import { createdIn, type Member, type RoomEvent, type RoomSnapshot, type RoomState, reduce } from '@holdfast/protocol'
import { deepEqual, keepEqual, shallowEqual } from '../equal.ts'
import { isLater, positionOf, type ReadPosition } from '../read-position.ts'
import { countUnread, NONE_UNREAD, type UnreadCounts, unreadBeside } from './unread.ts'

/** What is held of a room: the fold of its log, and what comes beside the log. Immutable. */
export interface RoomData extends ReadPosition {
  readonly state: RoomState
  /** Whether there are older messages, and the cursor of the page that holds them. */
  readonly hasMore: boolean
  readonly nextCursor: string | null
  /** How far each has read, this person included. */
  readonly reads: Readonly<Record<string, number>>
  /** What is unread of the messages older than the oldest one held. */
  readonly below: UnreadCounts
  /** What is unread of those held, all of it: counted once, since a room may be open and unread for long. */
  readonly held: UnreadCounts
  /** Messages that a page showed as of a later seq than is held, by id: no event up to that seq changes them. */
  readonly ahead: ReadonlyMap<string, number>
}

/** What the line of a list tells of a room, as of `seq`. */
export interface RoomLine extends UnreadCounts {
  readonly seq: number
  readonly lastReadSeq: number
  readonly readRevision?: number
}

/** What a snapshot says, with everything of `before` that it says again keeping its identity. */
export function dataOf(snapshot: RoomSnapshot, before: RoomData | null, userId: string | null): RoomData {
  const { epoch, seq, room, memberCount, reads, hasMore, nextCursor } = snapshot
  const messages = keepEqual(snapshot.messages, before?.state.messages ?? [], message => message.id)
  const position = positionOf(snapshot)
  const { lastReadSeq } = position
  const state: RoomState = {
    epoch,
    seq,
    room: before !== null && deepEqual(before.state.room, room) ? before.state.room : room,
    members: keepMembers(snapshot.members, before?.state.members ?? new Map()),
    memberCount,
    messages,
  }
  const held = countUnread(messages, lastReadSeq, userId)
  const unread = Math.max(0, snapshot.unread - held.unread)
  const mentions = lastReadSeq === before?.lastReadSeq ? Math.min(unread, before.below.mentions) : 0
  return { state, hasMore, nextCursor, reads, ...position, below: { unread, mentions }, held, ahead: new Map() }
}

/** `data` after `events`, which follow it without a gap. */
export function withEvents(data: RoomData, events: readonly RoomEvent[], userId: string | null): RoomData {
  const { lastReadSeq } = data
  const fresh = events.filter(
    event => event.seq > (('messageId' in event && data.ahead.get(event.messageId)) || data.state.seq),
  )
  const seq = events.at(-1)?.seq ?? 0
  if (seq <= data.state.seq) return data
  const ahead = new Map([...data.ahead].filter(([, upTo]) => upTo > seq))
  const state = { ...reduce(data.state, fresh), seq }
  const isRecounted = fresh.some(({ kind }) => kind === 'message.edited' || kind === 'message.deleted')
  const held = isRecounted
    ? countUnread(state.messages, lastReadSeq, userId)
    : countUnread(createdIn(fresh), lastReadSeq, userId, data.held)
  return { ...data, ahead, state, held }
}

/** `data` with the shown read positions that have moved. They only ever grow: an older one is late, not new. */
export function withReads(data: RoomData, moved: Readonly<Record<string, number>>): RoomData {
  const reads: Record<string, number> = { ...data.reads }
  for (const [reader, seq] of Object.entries(moved)) reads[reader] = Math.max(readBy(reads, reader) ?? 0, seq)
  return { ...data, reads }
}

/** How far `userId` has read; of what every object has by name, a userId like `constructor` gets nothing. */
export function readBy(reads: Readonly<Record<string, number>>, userId: string | null): number | undefined {
  return userId !== null && Object.hasOwn(reads, userId) ? reads[userId] : undefined
}

/** `data` with this person's own read position; the same when a later one is known. */
export function withPosition(data: RoomData, position: ReadPosition, userId: string | null): RoomData {
  if (!isLater(position, data)) return data
  const held = countUnread(data.state.messages, position.lastReadSeq, userId)
  const moved = { ...data, ...position, held }
  return holdsUnread(moved) ? { ...moved, below: NONE_UNREAD } : moved
}

/** `data` with what a line counts of the messages that are not held; the same when the line is of another moment. */
export function withLine(data: RoomData, line: RoomLine): RoomData {
  if (line.seq !== data.state.seq || line.lastReadSeq !== data.lastReadSeq || holdsUnread(data)) return data
  const below = unreadBeside(line, data.held)
  return shallowEqual(below, data.below) ? data : { ...data, below }
}

/** Whether everything that may be unread is held. */
export function holdsUnread({ state, hasMore, lastReadSeq }: RoomData): boolean {
  return !hasMore || lastReadSeq + 1 >= (state.messages[0]?.seq ?? Number.POSITIVE_INFINITY)
}

function keepMembers(now: readonly Member[], before: ReadonlyMap<string, Member>): ReadonlyMap<string, Member> {
  if (deepEqual(now, [...before.values()])) return before
  return new Map(now.map(member => [member.userId, member]))
}
