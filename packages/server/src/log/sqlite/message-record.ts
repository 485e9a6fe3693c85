import type { Message, MessageType, Reactions } from '@holdfast/protocol'
import { checkRow, sumOf } from './row-sum.ts'

/** How a message lies in its table: its present state, lists as JSON, null where they are empty. */
export interface MessageRecord {
  readonly seq: number
  readonly id: string
  readonly sender: string
  readonly sender_name: string
  readonly client_id: string
  /** See `fingerprintOf`. */
  readonly fingerprint: string
  readonly type: MessageType
  readonly content: string
  readonly reply_to: string | null
  readonly mentions: string | null
  readonly seen: number | null
  readonly created_at: number
  readonly edited_at: number | null
  readonly deleted_at: number | null
  readonly reactions: string | null
  readonly pinned: number
  /** Of all of it and of the room's id, see `row-sum.ts`. */
  readonly sum: number | null
}

/** The columns of a `MessageRecord`. */
export const MESSAGE_COLUMNS = `seq, id, sender, sender_name, client_id, fingerprint, type, content, reply_to, mentions, seen,
  created_at, edited_at, deleted_at, reactions, pinned, sum`

/** How the message lies in its table. `fingerprint`: of what was sent, whatever it says since. */
export function recordOf(message: Message, fingerprint: string): MessageRecord {
  const record = {
    seq: message.seq,
    id: message.id,
    sender: message.senderId,
    sender_name: message.senderName,
    client_id: message.clientId,
    fingerprint,
    type: message.type,
    content: message.content,
    reply_to: message.replyTo,
    mentions: jsonOrNull(message.mentions),
    seen: message.seen,
    created_at: message.createdAt,
    edited_at: message.editedAt,
    deleted_at: message.deletedAt,
    reactions: jsonOrNull(message.reactions),
    pinned: message.pinned ? 1 : 0,
  }
  return { ...record, sum: sumOf(summedOf(message.roomId, record)) }
}

function summedOf(roomId: string, record: Omit<MessageRecord, 'sum'>): string {
  const { seq, id, sender, sender_name, client_id, fingerprint, type, content, reply_to } = record
  const { mentions, seen, created_at, edited_at, deleted_at, reactions, pinned } = record
  const sent = `${roomId}\n${seq}\n${id}\n${sender}\n${sender_name}\n${client_id}\n${fingerprint}`
  const said = `${sent}\n${type}\n${content}\n${reply_to}`
  return `${said}\n${mentions}\n${seen}\n${created_at}\n${edited_at}\n${deleted_at}\n${reactions}\n${pinned}`
}

/**
 * The message of a record.
 *
 * @throws DamagedRow when the record is not what was written.
 */
export function messageOf(roomId: string, record: MessageRecord): Message {
  checkRow(`message ${record.seq} of room ${roomId}`, record.sum, summedOf(roomId, record))
  return {
    id: record.id,
    seq: record.seq,
    roomId,
    senderId: record.sender,
    senderName: record.sender_name,
    clientId: record.client_id,
    type: record.type,
    content: record.content,
    replyTo: record.reply_to,
    attachments: [],
    mentions: listOf(record.mentions),
    seen: record.seen,
    createdAt: record.created_at,
    editedAt: record.edited_at,
    deletedAt: record.deleted_at,
    reactions: record.reactions === null ? {} : (JSON.parse(record.reactions) as Reactions),
    pinned: record.pinned === 1,
  }
}

/** A list that `jsonOrNull` has written. */
export function listOf(json: string | null): string[] {
  return json === null ? [] : (JSON.parse(json) as string[])
}

/** A list or a record as JSON, null when it is empty: most are. */
export function jsonOrNull(value: readonly unknown[] | Readonly<Record<string, unknown>>): string | null {
  const isEmpty = Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
  return isEmpty ? null : JSON.stringify(value)
}
