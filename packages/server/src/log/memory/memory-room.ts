import { type Member, type Message, type Room, type RoomEvent, UNREAD_CAP } from '@holdfast/protocol'
import { type MemberRow, type RoomRow, type Sanction, type SentRow, SLOW_MODE_LOOK_BACK } from '../facts.ts'
import { erasedEdit } from '../store/erased-edit.ts'
import type { ShownPosition } from '../store/rows.ts'
import { MentionIndex } from './mention-index.ts'

/** Most people of one room who have marked messages unread and left whose revisions are kept one by one. */
export const MAX_FORMER = 1_000

/** A member, and which transaction last changed what their own line of the room tells. */
export interface MemoryMember extends MemberRow {
  readonly changed: number
}

/** All that memory keeps of one room. */
export class MemoryRoom {
  row: RoomRow
  face: Room
  /** Which transaction last changed what lines of the room tell. */
  changed = 0
  readonly directKey: string | null
  /** In the order of joining. */
  readonly members = new Map<string, MemoryMember>()
  readonly bans = new Map<string, Sanction>()
  readonly mutes = new Map<string, Sanction>()
  /** Contiguous; the first may be forgotten. Each as it was written, emptied where its message is deleted. */
  readonly events: RoomEvent[] = []
  /** In their present state, ascending seq. */
  readonly messages: Message[] = []
  /** Where the unbroken run of messages by each one's sender began. */
  readonly #runs: number[] = []
  readonly #mentions = new MentionIndex()
  /** The revisions of positions of those who have left, the latest to leave last. */
  readonly #formerRevisions = new Map<string, number>()
  /** The highest that was forgotten: whoever comes begins with it, lest a position of theirs from before count for later. */
  #forgottenRevision = 0
  readonly #sent = new Map<string, SentRow>()
  /** How many events, and how many messages, are kept. */
  readonly #keep: number

  constructor(row: RoomRow, face: Room, directKey: string | null, keep: number) {
    this.row = row
    this.face = face
    this.directKey = directKey
    this.#keep = keep
  }

  get firstEventSeq(): number {
    return this.events[0]?.seq ?? this.row.lastSeq + 1
  }

  sent(senderId: string, clientId: string): SentRow | null {
    return this.#sent.get(sentKey(senderId, clientId)) ?? null
  }

  /** Somebody comes in; their positions go on in the revision that they left. */
  admit(member: Member, how: { joinedSeq: number; isShown: boolean; changed: number }): void {
    const { userId } = member
    const { joinedSeq } = how
    const readRevision = this.#formerRevisions.get(userId) ?? this.#forgottenRevision
    const position = { lastReadSeq: joinedSeq, readRevision, seenSeq: joinedSeq }
    this.#formerRevisions.delete(userId)
    this.members.set(userId, { ...member, ...position, ...how, muted: false })
    this.row = { ...this.row, memberCount: this.members.size }
  }

  dismiss(userId: string): void {
    const { readRevision = 0 } = this.members.get(userId) ?? {}
    if (readRevision > this.#forgottenRevision) this.#formerRevisions.set(userId, readRevision)
    for (const [oldest, revision] of this.#formerRevisions) {
      if (this.#formerRevisions.size <= MAX_FORMER) break
      this.#formerRevisions.delete(oldest)
      this.#forgottenRevision = Math.max(this.#forgottenRevision, revision)
    }
    this.members.delete(userId)
    this.row = { ...this.row, memberCount: this.members.size }
  }

  alter(userId: string, fields: Partial<MemoryMember>): void {
    const before = this.members.get(userId)
    if (before !== undefined) this.members.set(userId, { ...before, ...fields })
  }

  /** See `Facts.lastMessageAt`. */
  lastMessageAt(senderId: string, since: number): number | null {
    const end = Math.max(0, this.messages.length - SLOW_MODE_LOOK_BACK)
    for (let i = this.messages.length - 1; i >= end; i--) {
      const message = this.messages[i]
      if (message === undefined || message.createdAt <= since) return null
      if (message.senderId === senderId) return message.createdAt
    }
    return null
  }

  /** Where the message of this seq is; -1 when it is not here. */
  placeOf(seq: number): number {
    const place = this.placeAfter(seq - 1)
    return this.messages[place]?.seq === seq ? place : -1
  }

  /** Where the first message with a higher seq is. */
  placeAfter(seq: number): number {
    let low = 0
    let high = this.messages.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.messages[middle]?.seq ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low
  }

  addEvent(event: RoomEvent): void {
    this.events.push(event)
    if (this.events.length > this.#keep + this.#slack) this.events.splice(0, this.events.length - this.#keep)
  }

  addMessage(message: Message, fingerprint: string): void {
    const { id: messageId, seq, createdAt: at, senderId, clientId } = message
    this.addEvent({ kind: 'message.created', seq, at, by: senderId, message })
    const last = this.messages.at(-1)
    const runSeq = last?.senderId === senderId ? this.#runs.at(-1) : undefined
    this.messages.push(message)
    this.#runs.push(runSeq ?? seq)
    this.#mentions.add(message)
    this.#sent.set(sentKey(senderId, clientId), { messageId, seq, at, fingerprint })
    if (this.messages.length <= this.#keep + this.#slack) return
    this.#runs.splice(0, this.messages.length - this.#keep)
    for (const gone of this.messages.splice(0, this.messages.length - this.#keep)) {
      this.#mentions.remove(gone)
      this.#sent.delete(sentKey(gone.senderId, gone.clientId))
    }
  }

  /** The message in its present state. */
  replace(message: Message): void {
    const place = this.placeOf(message.seq)
    const before = this.messages[place]
    if (before === undefined) return
    this.messages[place] = message
    if (before.mentions === message.mentions) return
    this.#mentions.remove(before)
    this.#mentions.add(message)
  }

  /** Newest first, skipping the person's own messages a run at a time. */
  unread(userId: string, after: number): number {
    let count = 0
    let place = this.messages.length - 1
    for (;;) {
      const message = this.messages[place]
      if (message === undefined || message.seq <= after || count === UNREAD_CAP) return count
      if (message.senderId !== userId && message.deletedAt === null) count++
      place = message.senderId === userId ? this.placeAfter((this.#runs[place] ?? 0) - 1) - 1 : place - 1
    }
  }

  mentions(userId: string, after: number): number {
    return this.#mentions.count(userId, after)
  }

  /** See `ReadRows.seenBy`. Members are in the order of joining, and sorting keeps it. */
  seenBy(seq: number, without: string, limit: number): readonly ShownPosition[] {
    const shown: ShownPosition[] = []
    for (const { userId, seenSeq, isShown } of this.members.values()) {
      if (isShown && seenSeq >= seq && userId !== without) shown.push({ userId, seq: seenSeq })
    }
    return shown.sort((a, b) => b.seq - a.seq).slice(0, limit)
  }

  /** Only the tombstone is left of the message, in its own event and in those of its edits. */
  erase(tombstone: Message): void {
    const first = this.firstEventSeq
    for (let i = Math.max(0, tombstone.seq - first); i < this.events.length; i++) {
      const event = this.events[i]
      if (event?.kind === 'message.created' && event.message.id === tombstone.id) {
        this.events[i] = { ...event, message: tombstone }
      } else if (event?.kind === 'message.edited' && event.messageId === tombstone.id) {
        this.events[i] = erasedEdit(event)
      }
    }
  }

  /** Forgetting one by one would move the whole list each time. */
  get #slack(): number {
    return Math.max(16, this.#keep >>> 2)
  }
}

function sentKey(senderId: string, clientId: string): string {
  return `${clientId} ${senderId}`
}
