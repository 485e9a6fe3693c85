import type { PersonSettings } from '@holdfast/protocol'
import { DEFAULT_SETTINGS, type Sanction } from '../facts.ts'
import type { Connection, Statement } from './connection.ts'
import { personIn, Remembered } from './remembered.ts'

interface SettingsRecord {
  readonly read_receipts: number
  readonly appear_offline: number
}

/** What keeps somebody out, or silent. */
export type SanctionKind = 'ban' | 'mute'

/** The statements on `sanctions`, `users` and `settings`: people, members or not. */
export class PeopleTable {
  readonly #sanction: Statement
  readonly #putSanction: Statement
  readonly #dropSanction: Statement
  readonly #userName: Statement
  readonly #putUser: Statement
  readonly #settings: Statement
  readonly #putSettings: Statement
  readonly #acquainted: Statement
  readonly #known: Readonly<Record<SanctionKind, Remembered<Sanction>>> | null

  /** `isWriter`: what it has read changes only by what it writes. */
  constructor(connection: Connection, isWriter: boolean) {
    this.#known = isWriter ? { ban: new Remembered(), mute: new Remembered() } : null
    const prepare = (sql: string) => connection.prepare(sql)
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
    this.#settings = prepare('SELECT read_receipts, appear_offline FROM settings WHERE user_id = ?')
    this.#putSettings = prepare(
      `INSERT INTO settings (user_id, read_receipts, appear_offline) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
       SET read_receipts = excluded.read_receipts, appear_offline = excluded.appear_offline`,
    )
    this.#acquainted = prepare(
      `SELECT other.value AS user_id FROM json_each(?) other WHERE EXISTS (
         SELECT 1 FROM members theirs
         CROSS JOIN members mine ON mine.user_id = ? AND mine.room = theirs.room
         CROSS JOIN rooms r ON r.key = theirs.room AND r.is_deleted = 0
         WHERE theirs.user_id = other.value)`,
    )
  }

  sanction(room: number, kind: SanctionKind, userId: string): Sanction | null {
    const read = () => (this.#sanction.get(room, kind, userId) as Sanction | undefined) ?? null
    return this.#known === null ? read() : this.#known[kind].get(personIn(room, userId), read)
  }

  /** What was written is taken back. */
  rolledBack(): void {
    this.#known?.ban.forgetAll()
    this.#known?.mute.forgetAll()
  }

  setSanction(room: number, kind: SanctionKind, userId: string, sanction: Sanction | null): void {
    this.#known?.[kind].forget(personIn(room, userId))
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

  settings(userId: string): PersonSettings {
    const record = this.#settings.get(userId) as SettingsRecord | undefined
    if (record === undefined) return DEFAULT_SETTINGS
    return { readReceipts: record.read_receipts === 1, appearOffline: record.appear_offline === 1 }
  }

  setSettings(userId: string, { readReceipts, appearOffline }: PersonSettings): void {
    this.#putSettings.run(userId, readReceipts ? 1 : 0, appearOffline ? 1 : 0)
  }

  /** Those of `userIds` that are in a room with the person. */
  acquainted(userId: string, userIds: readonly string[]): readonly string[] {
    const records = this.#acquainted.all(JSON.stringify(userIds), userId) as { user_id: string }[]
    return records.map(record => record.user_id)
  }
}
