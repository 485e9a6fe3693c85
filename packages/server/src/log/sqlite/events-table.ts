import type { Message, RoomEvent } from '@holdfast/protocol'
import type { RoomRow } from '../facts.ts'
import { DamagedRow } from '../store/damaged-row.ts'
import { type EditEvent, erasedEdit } from '../store/erased-edit.ts'
import type { OtherEvent } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'
import { jsonOrNull, listOf, MESSAGE_COLUMNS, type MessageRecord, messageOf } from './message-record.ts'
import { checkRow, holeIn, sumOf } from './row-sum.ts'

/** What no row's sum is. */
const NO_SUM = -1

/** What the first edit of a message replaced. */
type Original = Pick<MessageRecord, 'content' | 'mentions' | 'sum'>

interface EventRecord {
  readonly seq: number
  readonly body: string
  readonly sum: number | null
}

/**
 * The log itself: the rows of `events` and `messages` together, and `replaced`, which keeps what edits replaced.
 *
 * A `message.created` is given as it was written, not in its message's present state: the events behind it bring that
 * about, and a fold over both arrives exactly there (the order of reactions included). Only deleting reaches back: then
 * it is the tombstone, and what its edits wrote is empty.
 */
export class EventsTable {
  readonly #others: Statement
  readonly #messages: Statement
  readonly #insert: Statement
  readonly #body: Statement
  readonly #setBody: Statement
  readonly #original: Statement
  readonly #edits: Statement
  readonly #keep: Statement
  readonly #forget: Statement

  constructor(connection: Connection) {
    const prepare = (sql: string) => connection.prepare(sql)
    this.#others = prepare('SELECT seq, body, sum FROM events WHERE room = ? AND seq > ? AND seq <= ? ORDER BY seq')
    this.#messages = prepare(
      `SELECT ${MESSAGE_COLUMNS} FROM messages INDEXED BY messages_by_seq WHERE room = ? AND seq > ? AND seq <= ?
       ORDER BY seq`,
    )
    this.#insert = prepare('INSERT INTO events (room, seq, body, sum) VALUES (?, ?, ?, ?)')
    this.#body = prepare('SELECT seq, body, sum FROM events WHERE room = ? AND seq = ?')
    this.#setBody = prepare('UPDATE events SET body = ?, sum = ? WHERE room = ? AND seq = ?')
    this.#original = prepare(
      'SELECT content, mentions, sum FROM replaced WHERE room = ? AND message_seq = ? ORDER BY edit_seq LIMIT 1',
    )
    this.#edits = prepare('SELECT edit_seq FROM replaced WHERE room = ? AND message_seq = ?')
    this.#keep = prepare(
      'INSERT INTO replaced (room, message_seq, edit_seq, content, mentions, sum) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#forget = prepare('DELETE FROM replaced WHERE room = ? AND message_seq = ?')
  }

  insert(room: number, event: OtherEvent): void {
    const body = JSON.stringify(event)
    this.#insert.run(room, event.seq, body, sumOf(`${room}\n${event.seq}\n${body}`))
  }

  /**
   * Seqs have no gap, so a number of events is a range of seqs.
   *
   * @throws DamagedRow when one of them is missing, or is not what was written.
   */
  after(room: RoomRow, seq: number, limit: number): readonly RoomEvent[] {
    const end = Math.min(seq + limit, room.lastSeq)
    if (end <= seq) return []
    const others = this.#others.all(room.key, seq, end) as EventRecord[]
    const messages = this.#messages.all(room.key, seq, end) as MessageRecord[]
    const events: RoomEvent[] = others.map(record => JSON.parse(bodyOf(room.key, record)) as OtherEvent)
    for (const record of messages) events.push(this.#created(room, record))
    if (events.length !== end - seq) throw holeIn(room.roomId, seq, end)
    return events.sort((a, b) => a.seq - b.seq)
  }

  /** What event `editSeq` replaced. */
  keepReplaced(room: number, message: Message, editSeq: number): void {
    const mentions = jsonOrNull(message.mentions)
    this.#keep.run(room, message.seq, editSeq, message.content, mentions, sumOf(`${message.content}\n${mentions}`))
  }

  /** Empties the edits of a message that is deleted. What is left of one that is damaged says nothing, and stays damaged. */
  eraseEdits(room: number, messageSeq: number): void {
    const edits = this.#edits.all(room, messageSeq) as { edit_seq: number }[]
    for (const { edit_seq } of edits) {
      const body = this.#erased(room, edit_seq)
      const sum = body === null ? NO_SUM : sumOf(`${room}\n${edit_seq}\n${body}`)
      this.#setBody.run(body ?? '', sum, room, edit_seq)
    }
    if (edits.length > 0) this.#forget.run(room, messageSeq)
  }

  /** Null: it is damaged, or missing. */
  #erased(room: number, editSeq: number): string | null {
    const record = this.#body.get(room, editSeq) as EventRecord | undefined
    if (record === undefined) return null
    try {
      return JSON.stringify(erasedEdit(JSON.parse(bodyOf(room, record)) as EditEvent))
    } catch (fault) {
      if (fault instanceof DamagedRow) return null
      throw fault
    }
  }

  #created(room: RoomRow, record: MessageRecord): RoomEvent {
    const present = messageOf(room.roomId, record)
    const message = present.deletedAt === null ? this.#asWritten(room.key, present) : present
    return { kind: 'message.created', seq: present.seq, at: present.createdAt, by: present.senderId, message }
  }

  #asWritten(room: number, present: Message): Message {
    const written = { ...present, editedAt: null, reactions: {}, pinned: false }
    if (present.editedAt === null) return written
    const name = `what message ${present.seq} of room ${present.roomId} was before its edits`
    const original = this.#original.get(room, present.seq) as Original | undefined
    if (original === undefined) throw new DamagedRow(`${name} is missing`)
    const { content, mentions, sum } = original
    checkRow(name, sum, `${content}\n${mentions}`)
    return { ...written, content, mentions: listOf(mentions) }
  }
}

function bodyOf(room: number, { seq, body, sum }: EventRecord): string {
  checkRow(`event ${seq} of the room with key ${room}`, sum, `${room}\n${seq}\n${body}`)
  return body
}
