import { UNREAD_CAP } from '@holdfast/protocol'
import type { ActivityMark } from '../list-order.ts'
import type { MyRoom } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'
import { MESSAGE_COLUMNS, type MessageRecord, messageOf } from './message-record.ts'
import type { MessagesTable } from './messages-table.ts'
import { faceOf, type RoomRecord } from './rooms-table.ts'

interface PageRecord extends RoomRecord {
  readonly last_read_seq: number
  readonly mentioned: number
  readonly last_message_seq: number | null
}

/** Higher than every stamp: the list from its beginning. */
const BEGINNING: ActivityMark = { at: Number.MAX_SAFE_INTEGER, roomId: '' }

/**
 * A page of a person's rooms, newest activity first, with what each line tells: one query for the page, and for each
 * line two look-ups by key (SQLite is in this process: there is no round trip to save), each bounded whatever the room
 * holds.
 */
export class MyRoomsQuery {
  readonly #page: Statement
  readonly #message: Statement
  readonly #messages: MessagesTable

  constructor(connection: Connection, messages: MessagesTable) {
    this.#messages = messages
    this.#page = connection.prepare(`
      WITH page AS MATERIALIZED (
        SELECT r.*, m.last_read_seq FROM members m JOIN rooms r ON r.key = m.room
        WHERE m.user_id = @userId AND r.is_deleted = 0 AND (r.active_at, r.id) < (@at, @roomId)
        ORDER BY r.active_at DESC, r.id DESC LIMIT @limit
      )
      SELECT page.*,
        (SELECT count(*) FROM (SELECT 1 FROM mentions n
          WHERE n.room = page.key AND n.user_id = @userId AND n.seq > page.last_read_seq LIMIT ${UNREAD_CAP})) AS mentioned,
        (SELECT max(l.seq) FROM messages l INDEXED BY messages_by_seq WHERE l.room = page.key) AS last_message_seq
      FROM page ORDER BY page.active_at DESC, page.id DESC`)
    this.#message = connection.prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE room = ? AND seq = ?`)
  }

  page(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[] {
    const { at, roomId } = after ?? BEGINNING
    const records = this.#page.all({ userId, at, roomId, limit }) as PageRecord[]
    return records.map(record => ({
      room: faceOf(record),
      seq: record.last_seq,
      lastReadSeq: record.last_read_seq,
      unread: this.#messages.unread(record.key, userId, record.last_read_seq),
      mentions: record.mentioned,
      lastMessage: this.#messageOf(record),
    }))
  }

  #messageOf({ key, id, last_message_seq }: PageRecord) {
    if (last_message_seq === null) return null
    return messageOf(id, this.#message.get(key, last_message_seq) as MessageRecord)
  }
}
