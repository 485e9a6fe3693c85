import type { Inbox, InboxEntry, RoomListEntry, RoomPage } from '@holdfast/protocol'
import type { FakeLog } from './fake-log.ts'

/** What one session has been told of its person's rooms. */
export interface Feed {
  readonly userId: string
  cursor: number
  rooms: ReadonlySet<string>
}

/** What a server keeps of people's rooms: it counts the changes of lines, and a cursor is such a count. */
export class FakeInbox {
  readonly #logs: ReadonlyMap<string, FakeLog>
  /** userId → roomId → the line as it was found last, and the count at which it had changed. */
  readonly #lines = new Map<string, Map<string, { readonly text: string; readonly changed: number }>>()
  #count = 0
  pageRooms = 100

  constructor(logs: ReadonlyMap<string, FakeLog>) {
    this.#logs = logs
  }

  /** All rooms of `userId`, newest activity first. */
  list(userId: string): readonly RoomListEntry[] {
    return this.#logsOf(userId)
      .map(log => entryOf(log, log.line(userId)))
      .toSorted((a, b) => activeAt(b) - activeAt(a) || (a.id < b.id ? 1 : -1))
  }

  /** `GET /api/rooms`. */
  page(userId: string, cursor: string | null): RoomPage {
    this.#look(userId)
    // As with the real one, a cursor is a place in the order: rooms that come or go move nothing.
    const all = this.list(userId).filter(entry => cursor === null || placeOf(entry) < cursor)
    const rooms = all.slice(0, this.pageRooms)
    const last = rooms.at(-1)
    const nextCursor = last !== undefined && rooms.length < all.length ? placeOf(last) : null
    return { rooms, nextCursor, inboxCursor: String(this.#count) }
  }

  /** A session begins; with a cursor it is told what has changed since. */
  begin(userId: string, since: string | undefined): { readonly feed: Feed; readonly first: Inbox | null } {
    this.#look(userId)
    const logs = this.#logsOf(userId)
    const feed = { userId, cursor: this.#count, rooms: new Set(logs.map(log => log.roomId)) }
    if (since === undefined) return { feed, first: null }
    const rooms = this.#changedSince(userId, Number(since))
    return { feed, first: { type: 'inbox', rooms, total: logs.length, cursor: String(this.#count) } }
  }

  /** What the session has not been told yet; null: nothing. */
  flush(feed: Feed): Inbox | null {
    this.#look(feed.userId)
    const rooms = this.#changedSince(feed.userId, feed.cursor)
    const mine = new Set(this.#logsOf(feed.userId).map(log => log.roomId))
    const gone = [...feed.rooms].filter(roomId => !mine.has(roomId))
    feed.cursor = this.#count
    feed.rooms = mine
    if (rooms.length === 0 && gone.length === 0) return null
    return { type: 'inbox', rooms, cursor: String(this.#count), ...(gone.length > 0 && { gone }) }
  }

  /** Finds the lines that have changed. */
  #look(userId: string): void {
    const lines = this.#lines.get(userId) ?? new Map()
    this.#lines.set(userId, lines)
    for (const log of this.#logsOf(userId)) {
      const text = JSON.stringify(log.line(userId))
      if (lines.get(log.roomId)?.text !== text) lines.set(log.roomId, { text, changed: ++this.#count })
    }
  }

  #changedSince(userId: string, cursor: number): InboxEntry[] {
    const lines = this.#lines.get(userId)
    const changed = this.#logsOf(userId).filter(log => (lines?.get(log.roomId)?.changed ?? 0) > cursor)
    return changed.map(log => log.line(userId))
  }

  #logsOf(userId: string): readonly FakeLog[] {
    return [...this.#logs.values()].filter(log => log.state.members.has(userId))
  }
}

function activeAt({ lastMessage, createdAt }: RoomListEntry): number {
  return lastMessage?.createdAt ?? createdAt
}

function placeOf(entry: RoomListEntry): string {
  return `${String(activeAt(entry)).padStart(9, '0')}/${entry.id}`
}

function entryOf({ state }: FakeLog, { roomId: _roomId, activeAt: _activeAt, ...line }: InboxEntry): RoomListEntry {
  return { ...state.room, ...line }
}
