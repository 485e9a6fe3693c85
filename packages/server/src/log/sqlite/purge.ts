import type { Connection, Statement } from './connection.ts'

/** Tables whose rows belong to a room. */
const TABLES = ['members', 'sanctions', 'events', 'messages', 'mentions', 'replaced', 'former_members'] as const
/** Tables without rowids are cut by their key instead. */
const WITHOUT_ROWID: Readonly<Record<string, string>> = {
  sanctions: 'room, kind, user_id',
  mentions: 'room, user_id, seq',
  replaced: 'room, message_seq, edit_seq',
  former_members: 'room, user_id',
}
/** Rows of a deleted room that one transaction takes away: about as long as a transaction of messages. */
const STEP_ROWS = 2_000

/**
 * Takes away what a deleted room leaves. From the moment of the deletion nothing of it can be read; its rows go a
 * bounded number with each transaction, because a room of a million messages would hold up every other for seconds. A
 * room that is not purged yet is found again after a restart.
 */
export class Purge {
  readonly #doom: Statement
  readonly #next: Statement
  readonly #done: Statement
  readonly #steps: readonly Statement[]
  /** False only when it is known that nothing is left to do. */
  #mayBeDoomed = true

  constructor(connection: Connection) {
    this.#doom = connection.prepare('INSERT INTO doomed_rooms (room) VALUES (?) ON CONFLICT DO NOTHING')
    this.#next = connection.prepare('SELECT room FROM doomed_rooms LIMIT 1')
    this.#done = connection.prepare('DELETE FROM doomed_rooms WHERE room = ?')
    this.#steps = TABLES.map(table => {
      const key = WITHOUT_ROWID[table] ?? 'rowid'
      return connection.prepare(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE room = ? LIMIT ?)`,
      )
    })
  }

  doom(room: number): void {
    this.#doom.run(room)
    this.#mayBeDoomed = true
  }

  /** One bounded step, inside the transaction that is about to be committed. */
  step(): void {
    if (!this.#mayBeDoomed) return
    const doomed = this.#next.get() as { room: number } | undefined
    if (doomed === undefined) {
      this.#mayBeDoomed = false
      return
    }
    let left = STEP_ROWS
    for (const step of this.#steps) {
      if (left > 0) left -= Number(step.run(doomed.room, left).changes)
    }
    if (left > 0) this.#done.run(doomed.room)
  }
}
