import type { RoomRow } from '../facts.ts'
import { Remembered } from './remembered.ts'
import type { RoomsTable, StoredRoom } from './rooms-table.ts'

/**
 * The log rows of rooms within a transaction: each is read at most once and written once, however many commands of the batch concern the
 * room. The connection that writes remembers them beyond it.
 */
export class KnownRooms {
  readonly #table: RoomsTable
  /** Rooms as they are committed; null: somebody else may write to them. */
  readonly #remembered: Remembered<StoredRoom> | null
  /** Rooms as this transaction has found or left them. */
  readonly #known = new Map<string, StoredRoom>()
  /** Those of them that it has changed. Nobody else has these, so that they are changed as they are. */
  readonly #changed = new Map<string, { -readonly [K in keyof StoredRoom]: StoredRoom[K] }>()
  /** Those that it has made or taken away: what is remembered of them does not count. */
  readonly #anew = new Set<string>()

  /** `isWriter`: nobody else writes to the database. */
  constructor(table: RoomsTable, isWriter: boolean) {
    this.#table = table
    this.#remembered = isWriter ? new Remembered() : null
  }

  /** A transaction begins. */
  begin(): void {
    this.#known.clear()
    this.#changed.clear()
    this.#anew.clear()
  }

  /** Writes what is changed. `mark`: gives this transaction's number; asked for when there is something to write. */
  flush(mark: () => number): void {
    for (const row of this.#changed.values()) this.#table.saveLog(row, mark())
  }

  /** The transaction is committed. What is remembered was true until now, and stays true where one is taken back. */
  committed(): void {
    for (const roomId of this.#anew) this.#remembered?.forget(roomId)
    for (const [roomId, row] of this.#changed) this.#remembered?.set(roomId, row)
  }

  find(roomId: string): StoredRoom | null {
    const known = this.#known.get(roomId)
    if (known !== undefined) return known
    const read = () => this.#table.find(roomId)
    const row = this.#remembered === null || this.#anew.has(roomId) ? read() : this.#remembered.get(roomId, read)
    if (row !== null) this.#known.set(roomId, row)
    return row
  }

  /**
   * The row of a room that was found.
   *
   * @throws Error when it was not found in this transaction: it is not known what would be written over.
   */
  stored(room: RoomRow): StoredRoom {
    const stored = this.#known.get(room.roomId)
    if (stored === undefined) throw new Error('unable to write to the room; it was not read in this transaction')
    return stored
  }

  change(room: RoomRow, fields: Partial<StoredRoom>): void {
    let row = this.#changed.get(room.roomId)
    if (row === undefined) {
      row = { ...this.stored(room) }
      this.#changed.set(room.roomId, row)
      this.#known.set(room.roomId, row)
    }
    Object.assign(row, fields)
  }

  /** The row was made or taken away, and is to be read again. */
  renew(roomId: string): void {
    this.#changed.delete(roomId)
    this.#known.delete(roomId)
    this.#anew.add(roomId)
  }
}
