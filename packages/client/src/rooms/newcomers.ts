import type { InboxEntry, Room, RoomListEntry } from '@holdfast/protocol'
import type { Http } from '../http.ts'
import { withLine } from './room-list-data.ts'

/** What is needed to meet rooms. */
export interface NewcomersDeps {
  readonly http: Http
  /** This room belongs to the list. */
  onRoom(entry: RoomListEntry): void
  /** There is more than can be asked for one by one, or asking has failed: the list is to be read anew. */
  onTrouble(): void
}

/** Rooms asked for at once; with more than these the list is read anew. */
export const MAX_NEWCOMERS = 10

/** Rooms that the inbox names and the list does not hold, each with its last line: that tells less than a list shows, so the rest is asked for. */
export class Newcomers extends Map<string, InboxEntry> {
  readonly #deps: NewcomersDeps

  constructor(deps: NewcomersDeps) {
    super()
    this.#deps = deps
  }

  meet(lines: readonly InboxEntry[]): void {
    const strangers = lines.filter(({ roomId }) => !this.has(roomId))
    if (this.size + strangers.length > MAX_NEWCOMERS) {
      this.clear()
      this.#deps.onTrouble()
      return
    }
    for (const line of lines) this.set(line.roomId, line)
    for (const { roomId } of strangers) void this.#ask(roomId)
  }

  async #ask(roomId: string): Promise<void> {
    const room = await this.#deps.http.call<Room>('GET', `/api/rooms/${roomId}`).catch(() => null)
    const line = this.get(roomId)
    if (line === undefined) return
    this.delete(roomId)
    if (room === null) this.#deps.onTrouble()
    else this.#deps.onRoom(withLine(room, line))
  }
}
