import { UNREAD_CAP } from '@holdfast/protocol'
import type { ActivityMark } from '../list-order.ts'
import type { MyRoom } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'
import { MESSAGE_COLUMNS, type MessageRecord, messageOf } from './message-record.ts'
import { faceOf, type RoomRecord } from './rooms-table.ts'

interface PageRecord extends RoomRecord {
  readonly last_read_seq: number
  readonly unread: number
  readonly mentioned: number
  readonly last_message_seq: number | null
}

/** Higher than every stamp: the list from its beginning. */
const BEGINNING: ActivityMark = { at: Number.MAX_SAFE_INTEGER, roomId: '' }

/**
 * A page of a person's rooms, newest activity first, with what each line tells: one query for the page and its counts, each of which
 * is a scan of one index that ends at the cap, and one key look-up for each last message.
 */
export class MyRoomsQuery {
  readonly #page: Statement
  readonly #message: Statement

  constructor(connection: Connection) {
    this.#page = connection.prepare(`
      WITH page AS MATERIALIZED (
        SELECT r.*, m.last_read_seq FROM members m JOIN rooms r ON r.key = m.room
        WHERE m.user_id = @userId AND (r.active_at, r.id) < (@at, @roomId)
        ORDER BY r.active_at DESC, r.id DESC LIMIT @limit
      )
      SELECT page.*,
        (SELECT count(*) FROM (SELECT 1 FROM messages u INDEXED BY messages_by_seq
          WHERE u.room = page.key AND u.seq > page.last_read_seq AND u.sender <> @userId AND u.deleted_at IS NULL
          LIMIT ${UNREAD_CAP})) AS unread,
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
      unread: record.unread,
      mentions: record.mentioned,
      lastMessage: this.#messageOf(record),
    }))
  }

  #messageOf({ key, id, last_message_seq }: PageRecord) {
    if (last_message_seq === null) return null
    return messageOf(id, this.#message.get(key, last_message_seq) as MessageRecord)
  }
}
