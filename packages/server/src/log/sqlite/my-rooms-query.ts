import { type Message, UNREAD_CAP } from '@holdfast/protocol'
import type { ActivityMark } from '../list-order.ts'
import { DamagedRow } from '../store/damaged-row.ts'
import type { MyRoom } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'
import { MESSAGE_COLUMNS, type MessageRecord, messageOf } from './message-record.ts'
import type { MessagesTable } from './messages-table.ts'
import { faceOf, type RoomRecord } from './rooms-table.ts'

interface LineRecord extends RoomRecord {
  readonly last_read_seq: number
  readonly read_revision: number
  readonly muted: number
  readonly mentioned: number
  readonly last_message_seq: number | null
}

/** Higher than every stamp: the list from its beginning. */
const BEGINNING: ActivityMark = { at: Number.MAX_SAFE_INTEGER, roomId: '' }

/** What a line tells of the room and the membership alone. */
const LINE = 'SELECT r.*, m.last_read_seq, m.read_revision, m.muted'

/**
 * A person's rooms, with what each line tells: one query for all lines, and for each line two look-ups by key (SQLite is in
 * this process: there is no round trip to save), each bounded whatever the room holds.
 */
export class MyRoomsQuery {
  readonly #page: Statement
  readonly #among: Statement
  readonly #since: Statement
  readonly #count: Statement
  readonly #ids: Statement
  readonly #message: Statement
  readonly #messages: MessagesTable
  readonly #onDamage: (fault: DamagedRow) => void

  /** `onDamage`: is told of a damaged last message, which its line does without. */
  constructor(connection: Connection, messages: MessagesTable, onDamage: (fault: DamagedRow) => void) {
    const prepare = (sql: string) => connection.prepare(sql)
    this.#messages = messages
    this.#onDamage = onDamage
    this.#page = prepare(
      `${withCounts(`${LINE} FROM members m JOIN rooms r ON r.key = m.room
        WHERE m.user_id = @userId AND r.is_deleted = 0 AND (r.active_at, r.id) < (@at, @roomId)
        ORDER BY r.active_at DESC, r.id DESC LIMIT @limit`)} ORDER BY line.active_at DESC, line.id DESC`,
    )
    this.#among = prepare(
      withCounts(`${LINE} FROM json_each(@roomIds) named
        CROSS JOIN rooms r ON r.id = named.value AND r.is_deleted = 0
        CROSS JOIN members m ON m.user_id = @userId AND m.room = r.key`),
    )
    this.#since = prepare(
      withCounts(`${LINE} FROM members m CROSS JOIN rooms r ON r.key = m.room
        WHERE m.user_id = @userId AND r.is_deleted = 0 AND (r.changed > @count OR m.changed > @count) LIMIT @limit`),
    )
    this.#count = prepare(
      `SELECT count(*) AS n FROM members m CROSS JOIN rooms r ON r.key = m.room
       WHERE m.user_id = ? AND r.is_deleted = 0`,
    )
    this.#ids = prepare(
      `SELECT r.id FROM members m JOIN rooms r ON r.key = m.room WHERE m.user_id = ? AND r.is_deleted = 0
       ORDER BY r.active_at DESC, r.id DESC LIMIT ?`,
    )
    this.#message = prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE room = ? AND seq = ?`)
  }

  page(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[] {
    const { at, roomId } = after ?? BEGINNING
    return this.#linesOf(userId, this.#page.all({ userId, at, roomId, limit }))
  }

  among(userId: string, roomIds: readonly string[]): readonly MyRoom[] {
    return this.#linesOf(userId, this.#among.all({ userId, roomIds: JSON.stringify([...new Set(roomIds)]) }))
  }

  since(userId: string, count: number, limit: number): readonly MyRoom[] {
    return this.#linesOf(userId, this.#since.all({ userId, count, limit }))
  }

  count(userId: string): number {
    return (this.#count.get(userId) as { n: number }).n
  }

  ids(userId: string, limit: number): readonly string[] {
    return (this.#ids.all(userId, limit) as { id: string }[]).map(({ id }) => id)
  }

  #linesOf(userId: string, records: readonly unknown[]): readonly MyRoom[] {
    return (records as LineRecord[]).map(record => ({
      room: faceOf(record),
      seq: record.last_seq,
      unread: this.#messages.unread(record.key, userId, record.last_read_seq),
      mentions: record.mentioned,
      lastReadSeq: record.last_read_seq,
      lastMessage: this.#messageOf(record),
      muted: record.muted === 1,
      readRevision: record.read_revision,
      activeAt: record.active_at,
    }))
  }

  /** Of a last message that is damaged a line tells nothing: one is not to take the whole list away. */
  #messageOf({ key, id, last_message_seq }: LineRecord): Message | null {
    if (last_message_seq === null) return null
    try {
      return messageOf(id, this.#message.get(key, last_message_seq) as MessageRecord)
    } catch (fault) {
      if (!(fault instanceof DamagedRow)) throw fault
      this.#onDamage(fault)
      return null
    }
  }
}

/** The lines that `select` finds, with what has to be counted in each. */
function withCounts(select: string): string {
  return `WITH line AS MATERIALIZED (${select})
    SELECT line.*,
      (SELECT count(*) FROM (SELECT 1 FROM mentions n
        WHERE n.room = line.key AND n.user_id = @userId AND n.seq > line.last_read_seq LIMIT ${UNREAD_CAP})) AS mentioned,
      (SELECT max(l.seq) FROM messages l INDEXED BY messages_by_seq WHERE l.room = line.key) AS last_message_seq
    FROM line`
}
