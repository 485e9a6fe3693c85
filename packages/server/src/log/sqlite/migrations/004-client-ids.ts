import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The index that tells repeated sends begins with what their senders call them. Clients whose ids grow with time, whoever sends and wherever,
 * then write to its last page alone, where an index that begins with room and sender has a page for each sender: nine of ten pages that a
 * commit wrote were of that one.
 */
const STATEMENTS = [
  'DROP INDEX messages_by_client',
  'CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, sender, room)',
]

export const clientIds: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}
