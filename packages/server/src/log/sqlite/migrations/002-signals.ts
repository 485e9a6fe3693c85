import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What people keep of their rooms for themselves.
 *
 * - `seen_seq` is how far others have seen somebody to have read, `is_shown` whether they see it now. So far all did.
 * - `changed`, of a room and of a member, is the number of the transaction that last changed what a line of somebody's list
 *   tells of it; `line_changes` counts those transactions, and names this database among all others.
 * - `former_members` keeps the revision of positions of those who leave: coming back must not begin below it.
 * - An edit can replace mentions now. Before it could not, so what edits have replaced had those that the message has.
 */
const STATEMENTS = [
  'ALTER TABLE members ADD COLUMN read_revision INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE members ADD COLUMN seen_seq INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE members ADD COLUMN is_shown INTEGER NOT NULL DEFAULT 1',
  'ALTER TABLE members ADD COLUMN muted INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE members ADD COLUMN changed INTEGER NOT NULL DEFAULT 0',
  'UPDATE members SET seen_seq = last_read_seq',
  'CREATE INDEX members_by_seen ON members (room, seen_seq DESC, joined_seq) WHERE is_shown = 1',
  `CREATE TABLE former_members (
    room INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    read_revision INTEGER NOT NULL,
    PRIMARY KEY (room, user_id)
  ) STRICT, WITHOUT ROWID`,
  'ALTER TABLE rooms ADD COLUMN changed INTEGER NOT NULL DEFAULT 0',
  'CREATE TABLE line_changes (id INTEGER PRIMARY KEY, store TEXT NOT NULL, count INTEGER NOT NULL) STRICT',
  'INSERT INTO line_changes (id, store, count) VALUES (1, lower(hex(randomblob(12))), 0)',
  `CREATE TABLE settings (
    user_id TEXT PRIMARY KEY,
    read_receipts INTEGER NOT NULL,
    appear_offline INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'ALTER TABLE replaced ADD COLUMN mentions TEXT',
  `UPDATE replaced SET mentions =
    (SELECT m.mentions FROM messages m WHERE m.room = replaced.room AND m.seq = replaced.message_seq)`,
]

export const signals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}
