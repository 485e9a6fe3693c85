import { type Message, UNREAD_CAP } from '@holdfast/protocol'
import { type RoomRow, type SentRow, SLOW_MODE_LOOK_BACK } from '../facts.ts'
import { seqOfMessageId } from '../stamper.ts'
import { mentionedBy } from '../store/mentioned-by.ts'
import type { Connection, Statement } from './connection.ts'
import { MESSAGE_COLUMNS, type MessageRecord, messageOf, recordOf } from './message-record.ts'

/** Messages that counting looks at in one step: a few more than it counts at most. */
const UNREAD_STEP = UNREAD_CAP + 28

type UnreadRecord = Pick<MessageRecord, 'seq' | 'sender'> & { readonly run_seq: number }

/** The statements on `messages` and `mentions`. */
export class MessagesTable {
  readonly #bySeq: Statement
  readonly #byClient: Statement
  readonly #latestBySender: Statement
  readonly #before: Statement
  readonly #after: Statement
  readonly #unread: Statement
  readonly #mentions: Statement
  readonly #insert: Statement
  readonly #update: Statement
  readonly #addMention: Statement
  readonly #dropMention: Statement

  constructor(connection: Connection) {
    const prepare = (sql: string) => connection.prepare(sql)
    this.#bySeq = prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE room = ? AND seq = ?`)
    this.#byClient = prepare(
      `SELECT id AS messageId, seq, created_at AS at, fingerprint FROM messages
       WHERE room = ? AND sender = ? AND client_id = ?`,
    )
    this.#latestBySender = prepare(
      `SELECT sender, created_at FROM messages INDEXED BY messages_by_seq WHERE room = ?
       ORDER BY seq DESC LIMIT ${SLOW_MODE_LOOK_BACK}`,
    )
    this.#before = prepare(
      `SELECT ${MESSAGE_COLUMNS} FROM messages INDEXED BY messages_by_seq WHERE room = ? AND seq < ?
       ORDER BY seq DESC LIMIT ?`,
    )
    this.#after = prepare(
      `SELECT ${MESSAGE_COLUMNS} FROM messages INDEXED BY messages_by_seq WHERE room = ? AND seq > ?
       ORDER BY seq LIMIT ?`,
    )
    this.#unread = prepare(
      `SELECT seq, run_seq, sender FROM messages INDEXED BY messages_standing
       WHERE room = ? AND seq > ? AND seq < ? AND deleted_at IS NULL ORDER BY seq DESC LIMIT ${UNREAD_STEP}`,
    )
    this.#mentions = prepare(
      `SELECT count(*) AS n FROM (SELECT 1 FROM mentions WHERE room = ? AND user_id = ? AND seq > ? LIMIT ${UNREAD_CAP})`,
    )
    this.#insert = prepare(
      `INSERT INTO messages (room, seq, run_seq, id, sender, sender_name, client_id, fingerprint, type, content, reply_to, mentions,
        seen, created_at, pinned, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
    )
    this.#update = prepare(
      `UPDATE messages SET content = ?, mentions = ?, edited_at = ?, deleted_at = ?, reactions = ?, pinned = ?, sum = ?
       WHERE room = ? AND seq = ?`,
    )
    this.#addMention = prepare('INSERT INTO mentions (room, user_id, seq) VALUES (?, ?, ?)')
    this.#dropMention = prepare('DELETE FROM mentions WHERE room = ? AND user_id = ? AND seq = ?')
  }

  /** The id tells the seq: no index of ids is needed. */
  find(room: RoomRow, messageId: string): Message | null {
    const seq = seqOfMessageId(messageId)
    if (seq === null) return null
    const record = this.#bySeq.get(room.key, seq) as MessageRecord | undefined
    return record?.id === messageId ? messageOf(room.roomId, record) : null
  }

  sent(room: number, senderId: string, clientId: string): SentRow | null {
    return (this.#byClient.get(room, senderId, clientId) as SentRow | undefined) ?? null
  }

  lastAt(room: number, senderId: string, since: number): number | null {
    for (const record of this.#latestBySender.iterate(room)) {
      const { sender, created_at } = record as Pick<MessageRecord, 'sender' | 'created_at'>
      if (created_at <= since) return null
      if (sender === senderId) return created_at
    }
    return null
  }

  before(room: RoomRow, seq: number, limit: number): readonly Message[] {
    const records = this.#before.all(room.key, seq, limit) as MessageRecord[]
    return records.reverse().map(record => messageOf(room.roomId, record))
  }

  after(room: RoomRow, seq: number, limit: number): readonly Message[] {
    const records = this.#after.all(room.key, seq, limit) as MessageRecord[]
    return records.map(record => messageOf(room.roomId, record))
  }

  /**
   * Newest first, over what is not deleted, skipping the reader's own messages a run at a time: it takes one look for
   * each run of theirs and each message counted, however much they wrote at once and however much was deleted.
   */
  unread(room: number, userId: string, after: number): number {
    let count = 0
    let before = Number.MAX_SAFE_INTEGER
    for (;;) {
      const records = this.#unread.all(room, after, before) as UnreadRecord[]
      for (const { seq, run_seq, sender } of records) {
        before = sender === userId ? run_seq : seq
        if (sender !== userId) count++
        if (count === UNREAD_CAP) return count
      }
      if (records.length < UNREAD_STEP) return count
    }
  }

  mentions(room: number, userId: string, after: number): number {
    return (this.#mentions.get(room, userId, after) as { n: number }).n
  }

  insert(room: number, message: Message, fingerprint: string, runSeq: number): void {
    const record = recordOf(message)
    this.#insert.run(
      room,
      record.seq,
      runSeq,
      record.id,
      record.sender,
      record.sender_name,
      record.client_id,
      fingerprint,
      record.type,
      record.content,
      record.reply_to,
      record.mentions,
      record.seen,
      record.created_at,
      record.sum,
    )
    this.#addMentions(room, message)
  }

  update(room: number, message: Message): void {
    const { content, mentions, edited_at, deleted_at, reactions, pinned, sum, seq } = recordOf(message)
    this.#update.run(content, mentions, edited_at, deleted_at, reactions, pinned, sum, room, seq)
  }

  /** The message is replaced, and whom it mentions with it: nobody, when it is deleted. */
  replace(room: number, before: Message, after: Message): void {
    if (before.mentions !== after.mentions) {
      for (const userId of mentionedBy(before)) this.#dropMention.run(room, userId, before.seq)
      this.#addMentions(room, after)
    }
    this.update(room, after)
  }

  #addMentions(room: number, message: Message): void {
    for (const userId of mentionedBy(message)) this.#addMention.run(room, userId, message.seq)
  }
}
