import type { Inbox, InboxEntry, RoomListEntry, RoomPage } from '@holdfast/protocol'
import type { FakeRoom } from './fake-room.ts'

/** What one session has been told of its person's rooms. */
export interface Feed {
  readonly userId: string
  cursor: number
  rooms: ReadonlySet<string>
}

/** Rooms on a page of a person's list. */
const PAGE_ROOMS = 100
/** Digits of a time in a cursor, so that cursors are ordered as times are. */
const TIME_DIGITS = 16

/** What a server keeps of people's rooms: it counts the changes of lines, and a cursor is such a count. */
export class FakeInbox {
  readonly #rooms: ReadonlyMap<string, FakeRoom>
  /** userId → roomId → the line as it was found last, and the count at which it had changed. */
  readonly #lines = new Map<string, Map<string, { readonly text: string; readonly changed: number }>>()
  #count = 0
  /** Rooms on a page of a list. Default 100. */
  pageRooms = PAGE_ROOMS

  constructor(rooms: ReadonlyMap<string, FakeRoom>) {
    this.#rooms = rooms
  }

  /** All rooms of `userId`, newest activity first. */
  list(userId: string): readonly RoomListEntry[] {
    return this.#roomsOf(userId)
      .map(room => entryOf(room, userId))
      .toSorted((a, b) => activeAt(b) - activeAt(a) || (a.id < b.id ? 1 : -1))
  }

  /** `GET /api/rooms`. */
  page(userId: string, cursor: string | null): RoomPage {
    this.#look(userId)
    // A cursor is a place in the order: rooms that come or go move nothing.
    const all = this.list(userId).filter(entry => cursor === null || placeOf(entry) < cursor)
    const rooms = all.slice(0, this.pageRooms)
    const last = rooms.at(-1)
    const nextCursor = last !== undefined && rooms.length < all.length ? placeOf(last) : null
    return { rooms, nextCursor, inboxCursor: String(this.#count) }
  }

  /** A session begins; with a cursor it is told what has changed since. */
  begin(userId: string, since: string | undefined): { readonly feed: Feed; readonly first: Inbox | null } {
    this.#look(userId)
    const rooms = this.#roomsOf(userId)
    const feed = { userId, cursor: this.#count, rooms: new Set(rooms.map(room => room.id)) }
    if (since === undefined) return { feed, first: null }
    const changed = this.#changedSince(userId, Number(since))
    return { feed, first: { type: 'inbox', rooms: changed, total: rooms.length, cursor: String(this.#count) } }
  }

  /** What the session has not been told yet; null: nothing. */
  flush(feed: Feed): Inbox | null {
    this.#look(feed.userId)
    const rooms = this.#changedSince(feed.userId, feed.cursor)
    const mine = new Set(this.#roomsOf(feed.userId).map(room => room.id))
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
    for (const room of this.#roomsOf(userId)) {
      const text = JSON.stringify(room.line(userId))
      if (lines.get(room.id)?.text !== text) lines.set(room.id, { text, changed: ++this.#count })
    }
  }

  #changedSince(userId: string, cursor: number): InboxEntry[] {
    const lines = this.#lines.get(userId)
    const changed = this.#roomsOf(userId).filter(room => (lines?.get(room.id)?.changed ?? 0) > cursor)
    return changed.map(room => room.line(userId))
  }

  #roomsOf(userId: string): readonly FakeRoom[] {
    return [...this.#rooms.values()].filter(room => room.isMember(userId))
  }
}

/** A room as its person's list shows it. */
export function entryOf(room: FakeRoom, userId: string): RoomListEntry {
  const { roomId: _roomId, activeAt: _activeAt, ...line } = room.line(userId)
  return { ...room.state.room, ...line }
}

function activeAt({ lastMessage, createdAt }: RoomListEntry): number {
  return lastMessage?.createdAt ?? createdAt
}

function placeOf(entry: RoomListEntry): string {
  return `${String(activeAt(entry)).padStart(TIME_DIGITS, '0')}/${entry.id}`
}
