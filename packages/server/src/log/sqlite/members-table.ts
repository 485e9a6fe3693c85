import type { Member, Role } from '@holdfast/protocol'
import type { MemberRow, ReadPosition } from '../facts.ts'
import { foldCase } from '../list-order.ts'
import type { ShownPosition } from '../store/rows.ts'
import type { Connection, Statement } from './connection.ts'
import { personIn, Remembered } from './remembered.ts'

interface MemberRecord {
  readonly user_id: string
  readonly name: string
  readonly role: Role
  readonly joined_seq: number
  readonly last_read_seq: number
  readonly read_revision: number
  readonly seen_seq: number
  readonly is_shown: number
  readonly muted: number
}

/** How somebody comes in: where, and whether others see how far they have read. */
interface Joining {
  readonly joinedSeq: number
  readonly isShown: boolean
  readonly changed: number
}

const COLUMNS = 'user_id, name, role, joined_seq, last_read_seq, read_revision, seen_seq, is_shown, muted'

/**
 * Whose row in `former_members` is nobody's (rooms have keys from 1 on): its revision is the one that whoever has none of their own joins with.
 */
export const NOBODY = { room: 0, userId: '' } as const

/** The statements on `members` and `former_members`. What changes a line of somebody's list is marked with `changed`. */
export class MembersTable {
  readonly #find: Statement
  readonly #owners: Statement
  readonly #firstAdmin: Statement
  readonly #firstOther: Statement
  readonly #page: Statement
  readonly #search: Statement
  readonly #insert: Statement
  readonly #update: Statement
  readonly #remove: Statement
  readonly #read: Statement
  readonly #mute: Statement
  readonly #hide: Statement
  readonly #seen: Statement
  readonly #keep: Statement
  readonly #takeBack: Statement
  readonly #known: Remembered<MemberRow> | null
  /** Of whoever joins and has none of their own: 0, but in a database that was restored. It changes while no server has it. */
  readonly #leastRevision: number

  /** `isWriter`: what it has read changes only by what it writes. */
  constructor(connection: Connection, isWriter: boolean) {
    this.#known = isWriter ? new Remembered() : null
    const prepare = (sql: string) => connection.prepare(sql)
    this.#find = prepare(`SELECT ${COLUMNS} FROM members WHERE user_id = ? AND room = ?`)
    this.#owners = prepare("SELECT count(*) AS n FROM members WHERE room = ? AND role = 'owner' AND role <> 'member'")
    this.#firstAdmin = prepare(
      `SELECT ${COLUMNS} FROM members WHERE room = ? AND role = 'admin' AND role <> 'member' AND user_id <> ?
       ORDER BY joined_seq LIMIT 1`,
    )
    this.#firstOther = prepare(
      `SELECT ${COLUMNS} FROM members WHERE room = ? AND user_id <> ? ORDER BY joined_seq LIMIT 1`,
    )
    this.#page = prepare(
      `SELECT ${COLUMNS} FROM members INDEXED BY members_by_join WHERE room = ? AND joined_seq > ?
       ORDER BY joined_seq LIMIT ?`,
    )
    this.#search = prepare(
      `SELECT ${COLUMNS} FROM members INDEXED BY members_by_join WHERE room = ? AND joined_seq > ?
       AND instr(folded_name, ?) > 0 ORDER BY joined_seq LIMIT ?`,
    )
    this.#insert = prepare(
      `INSERT INTO members (room, user_id, name, folded_name, role, joined_seq, last_read_seq, read_revision, seen_seq,
         is_shown, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#update = prepare('UPDATE members SET name = ?, folded_name = ?, role = ? WHERE user_id = ? AND room = ?')
    this.#remove = prepare('DELETE FROM members WHERE user_id = ? AND room = ? RETURNING read_revision')
    this.#keep = prepare(
      `INSERT INTO former_members (room, user_id, read_revision) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET read_revision = excluded.read_revision`,
    )
    this.#takeBack = prepare('DELETE FROM former_members WHERE room = ? AND user_id = ? RETURNING read_revision')
    const least = prepare('SELECT read_revision FROM former_members WHERE room = ? AND user_id = ?')
    this.#leastRevision = revisionOf(least.get(NOBODY.room, NOBODY.userId)) ?? 0
    this.#read = prepare(
      `UPDATE members SET last_read_seq = ?, read_revision = ?, seen_seq = ?, is_shown = ?, changed = ?
       WHERE user_id = ? AND room = ?`,
    )
    this.#mute = prepare('UPDATE members SET muted = ?, changed = ? WHERE user_id = ? AND room = ?')
    this.#hide = prepare('UPDATE members SET is_shown = 0 WHERE user_id = ? AND is_shown = 1')
    this.#seen = prepare(
      `SELECT user_id AS userId, seen_seq AS seq FROM members INDEXED BY members_by_seen
       WHERE room = ? AND is_shown = 1 AND seen_seq >= ? AND user_id <> ? ORDER BY seen_seq DESC, joined_seq LIMIT ?`,
    )
  }

  find(room: number, userId: string): MemberRow | null {
    const read = () => rowOf(this.#find.get(userId, room))
    return this.#known === null ? read() : this.#known.get(personIn(room, userId), read)
  }

  /** What was written is taken back. */
  rolledBack(): void {
    this.#known?.forgetAll()
  }

  ownerCount(room: number): number {
    return (this.#owners.get(room) as { n: number }).n
  }

  heir(room: number, leaving: string): MemberRow | null {
    return rowOf(this.#firstAdmin.get(room, leaving)) ?? rowOf(this.#firstOther.get(room, leaving))
  }

  after(room: number, joinedSeq: number, query: string, limit: number): readonly MemberRow[] {
    const found =
      query === '' ? this.#page.all(room, joinedSeq, limit) : this.#search.all(room, joinedSeq, query, limit)
    return found.map(record => memberOf(record as MemberRecord))
  }

  insert(room: number, { userId, name, role }: Member, how: Joining): void {
    this.#known?.forget(personIn(room, userId))
    const { joinedSeq, isShown, changed } = how
    const revision = revisionOf(this.#takeBack.get(room, userId)) ?? this.#leastRevision
    const position = [joinedSeq, revision, joinedSeq, isShown ? 1 : 0]
    this.#insert.run(room, userId, name, foldCase(name), role, joinedSeq, ...position, changed)
  }

  update(room: number, { userId, name, role }: Member): void {
    this.#known?.forget(personIn(room, userId))
    this.#update.run(name, foldCase(name), role, userId, room)
  }

  remove(room: number, userId: string): void {
    this.#known?.forget(personIn(room, userId))
    const revision = revisionOf(this.#remove.get(userId, room)) ?? 0
    if (revision > 0) this.#keep.run(room, userId, revision)
  }

  setRead(room: number, userId: string, position: ReadPosition, changed: number): void {
    this.#known?.forget(personIn(room, userId))
    const { lastReadSeq, readRevision, seenSeq, isShown } = position
    this.#read.run(lastReadSeq, readRevision, seenSeq, isShown ? 1 : 0, changed, userId, room)
  }

  setMuted(room: number, userId: string, muted: boolean, changed: number): void {
    this.#known?.forget(personIn(room, userId))
    this.#mute.run(muted ? 1 : 0, changed, userId, room)
  }

  /** Nobody sees any more how far the person has read, in any room. */
  hideReads(userId: string): void {
    this.#hide.run(userId)
    this.#known?.forgetAll()
  }

  seenBy(room: number, seq: number, without: string, limit: number): readonly ShownPosition[] {
    return this.#seen.all(room, seq, without, limit) as ShownPosition[]
  }
}

function revisionOf(record: unknown): number | undefined {
  return (record as Pick<MemberRecord, 'read_revision'> | undefined)?.read_revision
}

function rowOf(record: unknown): MemberRow | null {
  return record === undefined ? null : memberOf(record as MemberRecord)
}

function memberOf(record: MemberRecord): MemberRow {
  return {
    userId: record.user_id,
    name: record.name,
    role: record.role,
    joinedSeq: record.joined_seq,
    lastReadSeq: record.last_read_seq,
    readRevision: record.read_revision,
    seenSeq: record.seen_seq,
    isShown: record.is_shown === 1,
    muted: record.muted === 1,
  }
}
