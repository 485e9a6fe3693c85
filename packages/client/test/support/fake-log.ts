import {
  emptyRoomState,
  type InboxEntry,
  type Message,
  type ReadAnswer,
  type RoomEvent,
  type RoomSnapshot,
  type RoomState,
  reduce,
  type SendResult,
} from '@holdfast/protocol'

type Body<E> = E extends RoomEvent ? Omit<E, 'seq' | 'at'> : never
/** An event before the log gives it its place. */
export type NewEvent = Body<RoomEvent>

/** One room's log, as the contract has it: contiguous, exactly once, folded by the contract's own `reduce`. */
export class FakeLog {
  readonly roomId: string
  epoch = 'e1'
  events: RoomEvent[] = []
  reads: Record<string, number> = {}
  revisions: Record<string, number> = {}
  muted: Record<string, boolean> = {}
  #state: RoomState
  readonly #sent = new Map<string, SendResult>()

  constructor(roomId: string, members: readonly string[]) {
    this.roomId = roomId
    this.#state = emptyRoomState(roomId, this.epoch)
    const room = { ...this.#state.room, name: roomId, type: 'public', createdBy: members[0] ?? '' } as const
    this.append({ kind: 'room.created', by: room.createdBy, room })
    for (const userId of members) {
      this.append({ kind: 'member.joined', by: userId, member: { userId, name: userId, role: 'member' } })
    }
  }

  get seq(): number {
    return this.events.length
  }

  get state(): RoomState {
    return this.#state
  }

  append(event: NewEvent): RoomEvent {
    const seq = this.seq + 1
    const placed = { ...event, seq, at: 1_000 + seq }
    if (placed.kind === 'message.created') placed.message = { ...placed.message, seq, createdAt: placed.at }
    this.events.push(placed)
    this.#state = reduce(this.#state, [placed])
    return placed
  }

  /** A message by `senderId`, once for each clientId. */
  send(senderId: string, clientId: string, content: string): { event: RoomEvent | null; result: SendResult } {
    const known = this.#sent.get(`${senderId}/${clientId}`)
    if (known !== undefined) return { event: null, result: { ...known, duplicate: true } }
    const message = messageOf(this.roomId, senderId, clientId, content)
    const event = this.append({ kind: 'message.created', by: senderId, message })
    const result = { messageId: message.id, seq: event.seq, at: event.at, duplicate: false }
    this.#sent.set(`${senderId}/${clientId}`, result)
    return { event, result }
  }

  /** The history is reset: what is left is another log. */
  reset(epoch: string): void {
    const kept = this.events.filter(event => event.kind !== 'message.created').slice(0, 3)
    this.epoch = epoch
    this.events = []
    this.#state = emptyRoomState(this.roomId, epoch)
    for (const { seq: _seq, at: _at, ...event } of kept) this.append(event as NewEvent)
  }

  snapshot(userId: string, window = 50): RoomSnapshot {
    const { epoch, seq, room, members, memberCount, messages } = this.#state
    const latest = messages.slice(-window)
    const hasMore = latest.length < messages.length
    const { lastReadSeq, readRevision, unread } = this.line(userId)
    return {
      type: 'room.snapshot',
      roomId: this.roomId,
      epoch,
      seq,
      room,
      members: [...members.values()],
      memberCount,
      messages: structuredClone(latest),
      reads: { ...this.reads },
      lastReadSeq,
      unread,
      readRevision,
      hasMore,
      nextCursor: hasMore ? String(latest[0]?.seq) : null,
    }
  }

  /** What this person's list shows of the room. */
  line(userId: string): InboxEntry {
    const { seq, room, messages } = this.#state
    const lastReadSeq = own(this.reads, userId) ?? 0
    const unread = messages.filter(m => m.seq > lastReadSeq && m.senderId !== userId && m.deletedAt === null)
    const lastMessage = messages.at(-1) ?? null
    return {
      roomId: this.roomId,
      name: room.name,
      type: room.type,
      seq,
      unread: Math.min(100, unread.length),
      mentions: Math.min(100, unread.filter(({ mentions }) => mentions.includes(userId)).length),
      lastReadSeq,
      readRevision: own(this.revisions, userId) ?? 0,
      muted: own(this.muted, userId) ?? false,
      lastMessage: structuredClone(lastMessage),
      activeAt: lastMessage?.createdAt ?? room.createdAt,
    }
  }

  /** Within a revision a position only grows; a late word of an earlier one changes nothing. False: nothing has changed. */
  read(userId: string, seq: number, readRevision?: number): boolean {
    const { lastReadSeq, readRevision: now } = this.line(userId)
    if ((readRevision ?? now) < now || seq <= lastReadSeq) return false
    this.reads[userId] = Math.min(seq, this.seq)
    return true
  }

  /** The messages from `seq` on are unread again. */
  markUnread(userId: string, seq: number): ReadAnswer {
    const { lastReadSeq, readRevision } = this.line(userId)
    if (seq <= lastReadSeq) {
      this.reads[userId] = Math.max(0, seq - 1)
      this.revisions[userId] = readRevision + 1
    }
    return this.line(userId)
  }

  /** The page of messages before `cursor`. */
  page(cursor: string, limit = 50) {
    const older = this.#state.messages.filter(message => message.seq < Number(cursor))
    const messages = structuredClone(older.slice(-limit))
    const hasMore = messages.length < older.length
    return {
      messages,
      hasMore,
      nextCursor: hasMore ? String(messages[0]?.seq) : null,
      epoch: this.epoch,
      seq: this.seq,
    }
  }
}

/** What every object has by name is nobody's. */
function own<T>(of: Readonly<Record<string, T>>, userId: string): T | undefined {
  return Object.hasOwn(of, userId) ? of[userId] : undefined
}

/** A message as its sender made it. */
export function messageOf(roomId: string, senderId: string, clientId: string, content: string): Message {
  return {
    id: `m-${senderId}-${clientId}`,
    seq: 0,
    roomId,
    senderId,
    senderName: senderId,
    clientId,
    type: 'text',
    content,
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    createdAt: 0,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  }
}
