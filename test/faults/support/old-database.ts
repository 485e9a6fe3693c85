import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RoomEvent } from '@holdfast/protocol'
import type { HistoryLine } from './history-lines.ts'

/** The room of the rows below. */
export const OLD_ROOM = 'old-room'

const AT = 1_700_000_000_000
const FACE = {
  id: OLD_ROOM,
  name: 'old',
  type: 'private',
  topic: '',
  ephemeral: false,
  slowModeMs: 0,
  metadata: {},
} as const

const EVENTS: readonly RoomEvent[] = [
  { seq: 1, kind: 'room.created', at: AT, by: 'ann', room: { ...FACE, createdBy: 'ann', createdAt: AT } },
  { seq: 2, kind: 'member.joined', at: AT, by: 'ann', member: { userId: 'ann', name: 'ann', role: 'owner' } },
  { seq: 3, kind: 'member.joined', at: AT, by: 'ann', member: { userId: 'bob', name: 'bob', role: 'member' } },
]

/** Messages 4, 5 and 6; ann has read up to 5. */
const TEXTS = ['one', 'two', 'three']

/** What its people would have noted. */
export const OLD_HISTORY: readonly HistoryLine[] = TEXTS.map((content, i) => {
  return { device: 'bob.1', userId: 'bob', what: 'wrote', roomId: OLD_ROOM, clientId: `client-${i}`, content }
})

/** The names of tables and of the columns of `members` in the database of a data folder. */
export function schemaOf(dataDir: string): readonly string[] {
  const db = open(dataDir)
  const names = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map(row => String(row.name))
  const found = [
    ...names("SELECT name FROM sqlite_schema WHERE type = 'table'"),
    ...names('PRAGMA table_info(members)'),
  ]
  db.close()
  return found.toSorted()
}

/** Fills a database of the first version with a room, as that version would have. */
export function fillFirstVersion(dataDir: string): void {
  const db = open(dataDir)
  db.prepare(
    `INSERT INTO rooms VALUES (1, ?, 'first-epoch', 6, ${AT}, ${AT}, 'private', 'old', 'old', '', 0, '{}', 'ann', ${AT}, 2, 'bob', 4, NULL, 0)`,
  ).run(OLD_ROOM)
  for (const event of EVENTS) {
    db.prepare('INSERT INTO events VALUES (1, ?, ?)').run(event.seq, JSON.stringify(event))
    if (event.kind !== 'member.joined') continue
    const { userId, name, role } = event.member
    db.prepare('INSERT INTO members VALUES (1, ?, ?, ?, ?, ?, ?)').run(userId, name, name, role, event.seq, 5)
  }
  for (const [i, text] of TEXTS.entries()) {
    db.prepare(
      `INSERT INTO messages VALUES (1, ?, 4, ?, 'bob', 'bob', ?, '', 'text', ?, NULL, NULL, NULL, ${AT}, NULL, NULL, NULL, 0)`,
    ).run(4 + i, `message-${i}`, `client-${i}`, text)
  }
  db.close()
}

function open(dataDir: string): DatabaseSync {
  return new DatabaseSync(join(dataDir, 'holdfast.db'))
}
