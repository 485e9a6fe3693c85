import { type Message, UNREAD_CAP } from '@holdfast/protocol'
import { type RoomRow, type SentRow, SLOW_MODE_LOOK_BACK } from '../facts.ts'
import { seqOfMessageId } from '../stamper.ts'
import { mentionedBy } from '../store/mentioned-by.ts'
import type { Connection, Statement } from './connection.ts'
import { MESSAGE_COLUMNS, type MessageRecord, messageOf, recordOf } from './message-record.ts'
import { holeIn } from './row-sum.ts'

/** Messages that counting looks at in one step: a few more than it counts at most. */
const UNREAD_STEP = UNREAD_CAP + 28

/** Other events between the messages of a page that are counted to see whether one is missing: they take some 40 microseconds. */
const MAX_OTHERS = 1_000

type UnreadRecord = Pick<MessageRecord, 'seq' | 'sender'> & { readonly run_seq: number }

/** The statements on `messages` and `mentions`. */
export class MessagesTable {
  readonly #bySeq: Statement
  readonly #byClient: Statement
  readonly #fingerprint: Statement
  readonly #latestBySender: Statement
  readonly #before: Statement
  readonly #others: Statement
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
    this.#byClient = prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE room = ? AND sender = ? AND client_id = ?`)
    this.#fingerprint = prepare('SELECT fingerprint FROM messages WHERE room = ? AND seq = ?')
    this.#latestBySender = prepare(
      `SELECT sender, created_at FROM messages INDEXED BY messages_by_seq WHERE room = ?
       ORDER BY seq DESC LIMIT ${SLOW_MODE_LOOK_BACK}`,
    )
    this.#others = prepare('SELECT count(*) AS n FROM events WHERE room = ? AND seq > ? AND seq <= ?')
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

  find(room: RoomRow, messageId: string): Message | null {
    const record = this.#at(room, messageId)
    const message = record === undefined ? null : messageOf(room.roomId, record)
    return message?.id === messageId ? message : null
  }

  /** It takes no more than its id: a reply to a damaged message would hold up all that its sender writes. */
  holds(room: RoomRow, messageId: string): boolean {
    const record = this.#at(room, messageId)
    return record?.id === messageId || this.find(room, messageId) !== null
  }

  /** The whole message is held against its sum before anybody is told that it was sent: they will not send it again. */
  sent(room: RoomRow, senderId: string, clientId: string): SentRow | null {
    const record = this.#byClient.get(room.key, senderId, clientId) as MessageRecord | undefined
    if (record === undefined) return null
    const { id, seq, createdAt } = messageOf(room.roomId, record)
    return { messageId: id, seq, at: createdAt, fingerprint: record.fingerprint }
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
    const first = records.length < limit ? 1 : (records.at(-1)?.seq ?? seq)
    this.#checkWhole(room, first - 1, Math.min(seq - 1, room.lastSeq), records.length)
    return records.reverse().map(record => messageOf(room.roomId, record))
  }

  after(room: RoomRow, seq: number, limit: number): readonly Message[] {
    const records = this.#after.all(room.key, seq, limit) as MessageRecord[]
    const last = records.length < limit ? room.lastSeq : (records.at(-1)?.seq ?? seq)
    this.#checkWhole(room, seq, last, records.length)
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
    const record = recordOf(message, fingerprint)
    this.#insert.run(
      room,
      record.seq,
      runSeq,
      record.id,
      record.sender,
      record.sender_name,
      record.client_id,
      record.fingerprint,
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

  /** The message was read in this transaction, so that its fingerprint is what was written. */
  update(room: number, message: Message): void {
    const { fingerprint } = this.#fingerprint.get(room, message.seq) as Pick<MessageRecord, 'fingerprint'>
    const { content, mentions, edited_at, deleted_at, reactions, pinned, sum, seq } = recordOf(message, fingerprint)
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

  /**
   * Seqs have no gap: what is no message in a range of them is another event.
   *
   * @throws DamagedRow when the range has a hole.
   */
  #checkWhole(room: RoomRow, after: number, through: number, messages: number): void {
    const others = through - after - messages
    if (through <= after || others === 0 || others > MAX_OTHERS) return
    const { n } = this.#others.get(room.key, after, through) as { n: number }
    if (n !== others) throw holeIn(room.roomId, after, through)
  }

  /** The id tells the seq: no index of ids is needed. */
  #at(room: RoomRow, messageId: string): MessageRecord | undefined {
    const seq = seqOfMessageId(messageId)
    return seq === null ? undefined : (this.#bySeq.get(room.key, seq) as MessageRecord | undefined)
  }

  #addMentions(room: number, message: Message): void {
    for (const userId of mentionedBy(message)) this.#addMention.run(room, userId, message.seq)
  }
}
