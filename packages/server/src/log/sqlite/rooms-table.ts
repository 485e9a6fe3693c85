import type { Room, RoomType } from '@holdfast/protocol'
import type { RoomRow } from '../facts.ts'
import { foldCase } from '../list-order.ts'
import type { OpenRoom, OpenRoomsRequest } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'

/** How a room lies in its table. */
export interface RoomRecord {
  readonly key: number
  readonly id: string
  readonly epoch: string
  readonly last_seq: number
  readonly last_at: number
  readonly active_at: number
  readonly type: RoomType
  readonly name: string
  readonly topic: string
  readonly slow_mode_ms: number
  readonly metadata: string
  readonly created_by: string
  readonly created_at: number
  readonly member_count: number
  readonly last_sender: string | null
  readonly run_seq: number
  readonly is_deleted: number
}

/** A room's row with what only this store keeps of it. */
export interface StoredRoom extends RoomRow {
  /** Who wrote the last message; null when there is none. */
  readonly lastSender: string | null
  /** The seq where their unbroken run of messages began. */
  readonly runSeq: number
}

const LOG_COLUMNS = `key, id, epoch, last_seq, last_at, active_at, type, slow_mode_ms, member_count,
  last_sender, run_seq, is_deleted`

/** The statements on `rooms`. */
export class RoomsTable {
  readonly #byId: Statement
  readonly #byDirectKey: Statement
  readonly #whole: Statement
  readonly #insert: Statement
  readonly #update: Statement
  readonly #log: Statement
  readonly #bury: Statement
  readonly #open: Statement

  constructor(connection: Connection) {
    this.#byId = connection.prepare(`SELECT ${LOG_COLUMNS} FROM rooms WHERE id = ?`)
    this.#byDirectKey = connection.prepare('SELECT id FROM rooms WHERE direct_key = ?')
    this.#whole = connection.prepare('SELECT * FROM rooms WHERE key = ?')
    this.#insert = connection.prepare(
      `INSERT INTO rooms (id, epoch, last_seq, last_at, active_at, type, name, folded_name, topic, slow_mode_ms, metadata,
        created_by, created_at, member_count, run_seq, direct_key, is_deleted)
       VALUES (?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0)`,
    )
    this.#update = connection.prepare(
      'UPDATE rooms SET name = ?, folded_name = ?, topic = ?, slow_mode_ms = ?, metadata = ? WHERE key = ?',
    )
    this.#log = connection.prepare(
      `UPDATE rooms SET last_seq = ?, last_at = ?, active_at = ?, member_count = ?, last_sender = ?, run_seq = ?,
        changed = ? WHERE key = ?`,
    )
    this.#bury = connection.prepare(
      `UPDATE rooms SET name = '', folded_name = '', topic = '', metadata = '{}', created_by = '', member_count = 0, last_sender = NULL,
        direct_key = NULL, is_deleted = 1 WHERE key = ?`,
    )
    this.#open = connection.prepare(
      `SELECT * FROM rooms r INDEXED BY rooms_open
       WHERE type = 'public' AND is_deleted = 0 AND (folded_name, id) > (?, ?) AND instr(folded_name, ?) > 0
         AND NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = ? AND m.room = r.key)
         AND NOT EXISTS (SELECT 1 FROM sanctions s WHERE s.room = r.key AND s.kind = 'ban' AND s.user_id = ?
           AND (s.until IS NULL OR s.until > ?))
       ORDER BY folded_name, id LIMIT ?`,
    )
  }

  find(roomId: string): StoredRoom | null {
    const record = this.#byId.get(roomId) as RoomRecord | undefined
    return record === undefined ? null : rowOf(record)
  }

  idOfDirect(directKey: string): string | null {
    const record = this.#byDirectKey.get(directKey) as { id: string } | undefined
    return record?.id ?? null
  }

  face(key: number): Room {
    return faceOf(this.#whole.get(key) as RoomRecord)
  }

  insert(room: Room, epoch: string, directKey: string | null): number {
    const { lastInsertRowid } = this.#insert.run(
      room.id,
      epoch,
      room.createdAt,
      room.type,
      room.name,
      foldCase(room.name),
      room.topic,
      room.slowModeMs,
      JSON.stringify(room.metadata),
      room.createdBy,
      room.createdAt,
      directKey,
    )
    return Number(lastInsertRowid)
  }

  update(key: number, room: Room): void {
    this.#update.run(room.name, foldCase(room.name), room.topic, room.slowModeMs, JSON.stringify(room.metadata), key)
  }

  /** Where the room's log stands; `changed`: the mark of this transaction. */
  saveLog(row: StoredRoom, changed: number): void {
    const { lastSeq, lastAt, activeAt, memberCount, lastSender, runSeq, key } = row
    this.#log.run(lastSeq, lastAt, activeAt, memberCount, lastSender, runSeq, changed, key)
  }

  bury(key: number): void {
    this.#bury.run(key)
  }

  open({ userId, now, after, query, limit }: OpenRoomsRequest): readonly OpenRoom[] {
    const mark = after ?? { name: '', roomId: '' }
    const records = this.#open.all(mark.name, mark.roomId, query, userId, userId, now, limit) as RoomRecord[]
    return records.map(record => ({ room: faceOf(record), memberCount: record.member_count }))
  }
}

/** A room's row; of a record that holds at least what the log needs. */
export function rowOf(record: RoomRecord): StoredRoom {
  return {
    key: record.key,
    roomId: record.id,
    epoch: record.epoch,
    lastSeq: record.last_seq,
    lastAt: record.last_at,
    activeAt: record.active_at,
    type: record.type,
    slowModeMs: record.slow_mode_ms,
    memberCount: record.member_count,
    lastSender: record.last_sender,
    runSeq: record.run_seq,
    isDeleted: record.is_deleted === 1,
  }
}

/** The room as its readers see it. What is on disk is never ephemeral. */
export function faceOf(record: RoomRecord): Room {
  return {
    id: record.id,
    name: record.name,
    type: record.type,
    topic: record.topic,
    ephemeral: false,
    slowModeMs: record.slow_mode_ms,
    metadata: JSON.parse(record.metadata) as Record<string, unknown>,
    createdBy: record.created_by,
    createdAt: record.created_at,
  }
}
