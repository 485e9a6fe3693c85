import type { InboxMark } from '../cursors.ts'
import type { Connection, Statement } from './connection.ts'

/** Counts the transactions that change what lines of people's lists tell. */
export class LineChanges {
  readonly #read: Statement
  readonly #count: Statement
  /** This transaction's number; null: it has changed no line yet. */
  #current: number | null = null

  constructor(connection: Connection) {
    this.#read = connection.prepare('SELECT store, count FROM line_changes WHERE id = 1')
    this.#count = connection.prepare('UPDATE line_changes SET count = count + 1 WHERE id = 1 RETURNING count')
  }

  /** A transaction begins. */
  begin(): void {
    this.#current = null
  }

  read(): InboxMark {
    return this.#read.get() as InboxMark
  }

  /** The number that this transaction marks changed lines with. */
  current(): number {
    this.#current ??= (this.#count.get() as { count: number }).count
    return this.#current
  }
}
