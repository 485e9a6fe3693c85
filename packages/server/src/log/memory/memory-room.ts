import type { Message, Room, RoomEvent } from '@holdfast/protocol'
import type { MemberRow, RoomRow, Sanction, SentRow } from '../facts.ts'

/** All that memory keeps of one room. */
export class MemoryRoom {
  row: RoomRow
  face: Room
  readonly directKey: string | null
  /** In the order of joining. */
  readonly members = new Map<string, MemberRow>()
  readonly bans = new Map<string, Sanction>()
  readonly mutes = new Map<string, Sanction>()
  /** Contiguous; the first may be forgotten. Each as it was written, emptied where its message is deleted. */
  readonly events: RoomEvent[] = []
  /** In their present state, ascending seq. */
  readonly messages: Message[] = []
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
    this.messages.push(message)
    this.#sent.set(sentKey(senderId, clientId), { messageId, seq, at, fingerprint })
    if (this.messages.length <= this.#keep + this.#slack) return
    for (const gone of this.messages.splice(0, this.messages.length - this.#keep)) {
      this.#sent.delete(sentKey(gone.senderId, gone.clientId))
    }
  }

  /** Only the tombstone is left of the message, in its own event and in those of its edits. */
  erase(tombstone: Message): void {
    const first = this.firstEventSeq
    for (let i = Math.max(0, tombstone.seq - first); i < this.events.length; i++) {
      const event = this.events[i]
      if (event?.kind === 'message.created' && event.message.id === tombstone.id) {
        this.events[i] = { ...event, message: tombstone }
      } else if (event?.kind === 'message.edited' && event.messageId === tombstone.id) {
        this.events[i] = { ...event, content: '' }
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
