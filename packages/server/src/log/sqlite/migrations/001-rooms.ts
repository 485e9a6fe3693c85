import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Rooms, who is in them, and their logs.
 *
 * - Every event is one row: a `message.created` in `messages`, any other in `events`. So a page of history is one range
 *   of one index however many reactions, joins and edits lie between, and a send writes one row.
 * - A room goes by a short integer key, and tables are rowid tables with narrow unique indexes: measured, that takes
 *   43,000 sends a second where text keys in one clustered index take 26,000.
 * - `run_seq` is where the unbroken run of messages by this one's sender began: counting what is unread to somebody
 *   skips what they wrote themselves run by run, however much that is; `messages_standing` skips what was deleted.
 * - A deleted room keeps its row in `rooms`, so that its id is never used again.
 */
const STATEMENTS = [
  `CREATE TABLE rooms (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    topic TEXT NOT NULL,
    slow_mode_ms INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    member_count INTEGER NOT NULL,
    last_sender TEXT,
    run_seq INTEGER NOT NULL,
    direct_key TEXT UNIQUE,
    is_deleted INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX rooms_open ON rooms (folded_name, id) WHERE type = 'public' AND is_deleted = 0`,
  `CREATE TABLE members (
    room INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    role TEXT NOT NULL,
    joined_seq INTEGER NOT NULL,
    last_read_seq INTEGER NOT NULL
  ) STRICT`,
  `CREATE UNIQUE INDEX members_by_user ON members (user_id, room)`,
  `CREATE UNIQUE INDEX members_by_join ON members (room, joined_seq)`,
  `CREATE INDEX members_with_rank ON members (room, role, joined_seq) WHERE role <> 'member'`,
  `CREATE TABLE sanctions (
    room INTEGER NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until INTEGER,
    reason TEXT,
    PRIMARY KEY (room, kind, user_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE users (user_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE events (room INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
  `CREATE UNIQUE INDEX events_by_seq ON events (room, seq)`,
  `CREATE TABLE messages (
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    run_seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to TEXT,
    mentions TEXT,
    seen INTEGER,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    reactions TEXT,
    pinned INTEGER NOT NULL
  ) STRICT`,
  `CREATE UNIQUE INDEX messages_by_seq ON messages (room, seq)`,
  `CREATE INDEX messages_standing ON messages (room, seq) WHERE deleted_at IS NULL`,
  `CREATE UNIQUE INDEX messages_by_client ON messages (room, sender, client_id)`,
  `CREATE TABLE mentions (
    room INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (room, user_id, seq)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE replaced (
    room INTEGER NOT NULL,
    message_seq INTEGER NOT NULL,
    edit_seq INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (room, message_seq, edit_seq)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE doomed_rooms (room INTEGER PRIMARY KEY) STRICT`,
  `CREATE TABLE probe (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT`,
]

export const rooms: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}
