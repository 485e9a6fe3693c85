import type { Member, Role } from '@holdfast/protocol'
import type { MemberRow, Sanction } from '../facts.ts'
import { foldCase } from '../list-order.ts'
import type { Connection, Statement } from './connection.ts'

interface MemberRecord {
  readonly user_id: string
  readonly name: string
  readonly role: Role
  readonly joined_seq: number
  readonly last_read_seq: number
}

/** What keeps somebody out, or silent. */
export type SanctionKind = 'ban' | 'mute'

const COLUMNS = 'user_id, name, role, joined_seq, last_read_seq'

/** The statements on `members`, `sanctions` and `users`: people. */
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
  readonly #sanction: Statement
  readonly #putSanction: Statement
  readonly #dropSanction: Statement
  readonly #userName: Statement
  readonly #putUser: Statement

  constructor(connection: Connection) {
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
      `INSERT INTO members (room, user_id, name, folded_name, role, joined_seq, last_read_seq) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#update = prepare('UPDATE members SET name = ?, folded_name = ?, role = ? WHERE user_id = ? AND room = ?')
    this.#remove = prepare('DELETE FROM members WHERE user_id = ? AND room = ?')
    this.#read = prepare('UPDATE members SET last_read_seq = ? WHERE user_id = ? AND room = ?')
    this.#sanction = prepare('SELECT until, reason FROM sanctions WHERE room = ? AND kind = ? AND user_id = ?')
    this.#putSanction = prepare(
      `INSERT INTO sanctions (room, kind, user_id, until, reason) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason`,
    )
    this.#dropSanction = prepare('DELETE FROM sanctions WHERE room = ? AND kind = ? AND user_id = ?')
    this.#userName = prepare('SELECT name FROM users WHERE user_id = ?')
    this.#putUser = prepare(
      'INSERT INTO users (user_id, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name',
    )
  }

  find(room: number, userId: string): MemberRow | null {
    return rowOf(this.#find.get(userId, room))
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

  insert(room: number, member: Member, joinedSeq: number): void {
    const { userId, name, role } = member
    this.#insert.run(room, userId, name, foldCase(name), role, joinedSeq, joinedSeq)
  }

  update(room: number, { userId, name, role }: Member): void {
    this.#update.run(name, foldCase(name), role, userId, room)
  }

  remove(room: number, userId: string): void {
    this.#remove.run(userId, room)
  }

  setRead(room: number, userId: string, seq: number): void {
    this.#read.run(seq, userId, room)
  }

  sanction(room: number, kind: SanctionKind, userId: string): Sanction | null {
    return (this.#sanction.get(room, kind, userId) as Sanction | undefined) ?? null
  }

  setSanction(room: number, kind: SanctionKind, userId: string, sanction: Sanction | null): void {
    if (sanction === null) this.#dropSanction.run(room, kind, userId)
    else this.#putSanction.run(room, kind, userId, sanction.until, sanction.reason)
  }

  userName(userId: string): string | null {
    const record = this.#userName.get(userId) as { name: string } | undefined
    return record?.name ?? null
  }

  setUserName(userId: string, name: string): void {
    this.#putUser.run(userId, name)
  }
}

function rowOf(record: unknown): MemberRow | null {
  return record === undefined ? null : memberOf(record as MemberRecord)
}

function memberOf({ user_id, name, role, joined_seq, last_read_seq }: MemberRecord): MemberRow {
  return { userId: user_id, name, role, joinedSeq: joined_seq, lastReadSeq: last_read_seq }
}
