import { Pool } from 'pg'

/** Connections to PostgreSQL: the default of `pg`. On two cores more do not help. */
const CONNECTIONS = 10

/** The one table of the tutorials: a number for each message, what stops a repeat, and the index that reading a room needs. */
const SCHEMA = `
  CREATE TABLE messages (
    id bigserial PRIMARY KEY,
    room_id text NOT NULL,
    sender_id text NOT NULL,
    client_id text NOT NULL UNIQUE,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX messages_of_room ON messages (room_id, id)`

/** The messages in PostgreSQL. */
export class MessageTable {
  readonly #pool: Pool
  readonly #isPrepared: boolean

  private constructor(pool: Pool, isPrepared: boolean) {
    this.#pool = pool
    this.#isPrepared = isPrepared
  }

  /** `host`: of PostgreSQL, or the folder with its socket. `port`: over TCP; null: by the socket, and with prepared statements. */
  static async open(host: string, port: number | null): Promise<MessageTable> {
    const where = { host, ...(port !== null && { port }) }
    const pool = new Pool({ ...where, user: 'bench', database: 'postgres', max: CONNECTIONS })
    await pool.query(SCHEMA)
    return new MessageTable(pool, port === null)
  }

  async insert(roomId: string, senderId: string, clientId: string, content: string) {
    const { rows } = await this.#pool.query<{ id: string; created_at: Date }>({
      ...(this.#isPrepared && { name: 'insert' }),
      text: 'INSERT INTO messages (room_id, sender_id, client_id, content) VALUES ($1, $2, $3, $4) RETURNING id, created_at',
      values: [roomId, senderId, clientId, content],
    })
    const [row] = rows
    if (row === undefined) throw new Error('unable to send; nothing was inserted')
    return { id: Number(row.id), createdAt: row.created_at.getTime() }
  }

  async clientIds(roomId: string): Promise<string[]> {
    const { rows } = await this.#pool.query<{ client_id: string }>(
      'SELECT client_id FROM messages WHERE room_id = $1',
      [roomId],
    )
    return rows.map(row => row.client_id)
  }
}
