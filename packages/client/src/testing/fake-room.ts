import {
  DEFAULT_PAGE,
  DEFAULT_WINDOW,
  emptyRoomState,
  type HistoryPage,
  type InboxEntry,
  type Message,
  type ReadAnswer,
  type Room,
  type RoomEvent,
  type RoomSnapshot,
  type RoomState,
  reduce,
  SNAPSHOT_MEMBERS,
  tombstone,
  UNREAD_CAP,
} from '@holdfast/protocol'
import { type Draft, messageOf, type Sent, SentMessages } from './drafts.ts'
import { FakeReads } from './fake-reads.ts'

type WithoutPlace<E> = E extends RoomEvent ? Omit<E, 'seq' | 'at'> : never
/** An event before the log gives it its place. */
export type NewEvent = WithoutPlace<RoomEvent>

/** What a room needs of the server that it is in; a room alone needs nothing. */
export interface FakeRoomOptions {
  /** What the room is, beside its id. Default: a public one, named by its id, made by its first member. */
  readonly room?: Partial<Room>
  /** Sets the ids of this room's messages apart from those of other rooms. Default 0. */
  readonly number?: number
  /** Milliseconds since the Unix epoch. Default: 0. */
  readonly now?: () => number
  /** Whether this person does not show how far they read. Default: everybody does. */
  readonly hidesReads?: (userId: string) => boolean
  /** Something of the room has changed. */
  readonly onChange?: () => void
}

/** One room's log, as the contract has it: contiguous, exactly once, folded by the contract's own `reduce`. Nothing of it is hidden. */
export class FakeRoom {
  readonly id: string
  /** The whole log. */
  readonly events: RoomEvent[] = []
  readonly reads: FakeReads
  /** Who does not wish to be called by what happens here. */
  readonly muted = new Set<string>()
  readonly banned = new Set<string>()
  /** Who may not speak. */
  readonly silenced = new Set<string>()
  readonly #options: FakeRoomOptions
  #epoch = 1
  #state: RoomState
  readonly #sent = new SentMessages()

  /** The first of `members` is its owner. Nothing is checked: a test may make what no server would. */
  constructor(id: string, members: readonly string[], options: FakeRoomOptions = {}) {
    this.id = id
    this.#options = options
    this.reads = new FakeReads(options.hidesReads ?? (() => false))
    this.#state = emptyRoomState(id, this.epoch)
    const by = members[0] ?? ''
    const room = { ...this.#state.room, name: id, type: 'public', createdBy: by, ...options.room, id } as const
    this.append({ kind: 'room.created', by, room: { ...room, createdAt: this.#now() } })
    for (const userId of members) {
      const role = userId === by ? 'owner' : 'member'
      this.append({ kind: 'member.joined', by, member: { userId, name: userId, role } })
    }
  }

  /** Names this incarnation of the log. */
  get epoch(): string {
    return `e${this.#epoch}`
  }

  /** The last event's place. */
  get seq(): number {
    return this.events.length
  }

  /** What everybody who has read all of the log holds. */
  get state(): RoomState {
    return this.#state
  }

  /** The messages, oldest first. */
  get messages(): readonly Message[] {
    return this.#state.messages
  }

  isMember(userId: string): boolean {
    return this.#state.members.has(userId)
  }

  /** Writes an event, whether or not anybody might; nobody is told of it. */
  append(event: NewEvent): RoomEvent {
    const seq = this.seq + 1
    const placed: RoomEvent = { ...event, seq, at: this.#now() }
    if (placed.kind === 'message.created') placed.message = { ...placed.message, seq, createdAt: placed.at }
    this.events.push(placed)
    this.#state = reduce(this.#state, [placed])
    if (placed.kind === 'member.joined') this.reads.join(placed.member.userId, seq)
    if (placed.kind === 'member.left') this.#leave(placed.userId)
    if (placed.kind === 'message.deleted') this.#erase(placed.messageId, placed.deletedAt)
    this.#changed()
    return placed
  }

  /** Writes a message by `senderId`, once for each `clientId`; nobody is told of it. */
  send(senderId: string, draft: Draft): Sent {
    const known = this.#sent.of(senderId, draft)
    if (known !== null) return { event: null, result: { ...known.result, duplicate: true } }
    const { room, members } = this.#state
    const senderName = members.get(senderId)?.name ?? senderId
    const id = messageIdOf(this.#options.number ?? 0, this.#epoch, this.seq + 1)
    const message = messageOf(draft, { id, roomId: room.id, senderId, senderName, head: this.seq })
    const event = this.append({ kind: 'message.created', by: senderId, message })
    const result = { messageId: id, seq: event.seq, at: event.at, duplicate: false }
    this.#sent.keep(senderId, draft, result)
    return { event, result }
  }

  /** Whether the draft's `clientId` names a message of this sender already: this one, or another; null: none. */
  sentBefore(senderId: string, draft: Draft): 'same' | 'another' | null {
    const known = this.#sent.of(senderId, draft)
    if (known === null) return null
    return known.isSame ? 'same' : 'another'
  }

  /** A backup from when the log ended at `seq` takes its place, under another epoch: what came after is gone. Nobody is told of it. */
  restore(seq: number): void {
    this.#epoch++
    this.events.length = Math.min(this.seq, Math.max(1, seq))
    this.#state = reduce(emptyRoomState(this.id, this.epoch), this.events)
    this.reads.cut(this.seq)
    this.#sent.cut(this.seq)
    this.#changed()
  }

  /** What opening the room without a cursor is answered with. */
  snapshot(userId: string, window = DEFAULT_WINDOW): RoomSnapshot {
    const { epoch, seq, room, members, memberCount, messages } = this.#state
    const latest = messages.slice(-window)
    const hasMore = latest.length < messages.length
    const { lastReadSeq, readRevision, unread } = this.line(userId)
    const listed = [...members.values()].slice(0, SNAPSHOT_MEMBERS)
    return structuredClone({
      type: 'room.snapshot',
      roomId: this.id,
      epoch,
      seq,
      room,
      members: listed,
      memberCount,
      messages: latest,
      reads: this.reads.shownTo(
        userId,
        listed.map(member => member.userId),
      ),
      lastReadSeq,
      unread,
      readRevision,
      hasMore,
      nextCursor: hasMore ? String(latest[0]?.seq) : null,
    })
  }

  /** What this person's list shows of the room. */
  line(userId: string): InboxEntry {
    const { seq, room, messages } = this.#state
    // To who is no member nothing is unread.
    const nowhere = { lastReadSeq: seq, readRevision: 0 }
    const { lastReadSeq, readRevision } = this.isMember(userId) ? this.reads.of(userId) : nowhere
    const unread = messages.filter(m => m.seq > lastReadSeq && m.senderId !== userId && m.deletedAt === null)
    const lastMessage = messages.at(-1) ?? null
    return structuredClone({
      roomId: this.id,
      name: room.name,
      type: room.type,
      seq,
      unread: Math.min(UNREAD_CAP, unread.length),
      mentions: Math.min(UNREAD_CAP, unread.filter(({ mentions }) => mentions.includes(userId)).length),
      lastReadSeq,
      readRevision,
      muted: this.muted.has(userId),
      lastMessage,
      activeAt: lastMessage?.createdAt ?? room.createdAt,
    })
  }

  /** This person has read up to `seq`, or to the log's end. False: nothing has changed. */
  read(userId: string, seq: number, readRevision?: number): boolean {
    const moved = this.reads.read(userId, Math.min(seq, this.seq), readRevision)
    if (moved) this.#changed()
    return moved
  }

  /** The messages from `seq` on are unread to this person again. */
  markUnread(userId: string, seq: number): ReadAnswer {
    if (this.reads.markUnread(userId, Math.min(seq, this.seq + 1))) this.#changed()
    return this.reads.of(userId)
  }

  /** Whether this person does not wish to be called by what happens here. */
  setMuted(userId: string, isMuted: boolean): void {
    if (isMuted) this.muted.add(userId)
    else this.muted.delete(userId)
    this.#changed()
  }

  /** The page of messages before `cursor`; null: the latest. */
  page(cursor: string | null = null, limit = DEFAULT_PAGE): HistoryPage {
    const before = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor)
    const older = this.messages.filter(message => message.seq < before)
    const messages = structuredClone(older.slice(-limit))
    const hasMore = messages.length < older.length
    const nextCursor = hasMore ? String(messages[0]?.seq) : null
    return { messages, hasMore, nextCursor, epoch: this.epoch, seq: this.seq }
  }

  /** Stamps follow order, whatever the clock does. */
  #now(): number {
    return Math.max(this.events.at(-1)?.at ?? 0, this.#options.now?.() ?? 0)
  }

  #changed(): void {
    this.#options.onChange?.()
  }

  #leave(userId: string): void {
    this.reads.leave(userId)
    this.muted.delete(userId)
  }

  /** Once a message is deleted, nothing that is read of the log carries what it said. */
  #erase(messageId: string, deletedAt: number): void {
    for (const [place, event] of this.events.entries()) {
      if (event.kind === 'message.created' && event.message.id === messageId) {
        const { editedAt = null } = this.messages.find(({ id }) => id === messageId) ?? {}
        this.events[place] = { ...event, message: tombstone({ ...event.message, editedAt }, deletedAt) }
      } else if (event.kind === 'message.edited' && event.messageId === messageId) {
        this.events[place] = { ...event, content: '', ...(event.mentions !== undefined && { mentions: [] }) }
      }
    }
  }
}

/** In the form of a UUIDv7, but told by where the message is: the same test makes the same ids. */
function messageIdOf(room: number, epoch: number, seq: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0').slice(-digits)
  return `${hex(room, 8)}-${hex(epoch, 4)}-7000-8000-${hex(seq, 12)}`
}
