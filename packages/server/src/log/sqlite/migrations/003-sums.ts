import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** A checksum for each row of the log; null in those that are there already. */
const STATEMENTS = [
  'ALTER TABLE messages ADD COLUMN sum INTEGER',
  'ALTER TABLE events ADD COLUMN sum INTEGER',
  'ALTER TABLE replaced ADD COLUMN sum INTEGER',
]

export const sums: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}
