import type { InboxEntry, Room, RoomListEntry } from '@holdfast/protocol'
import { keepEqual } from '../equal.ts'
import { isLater, positionOf } from '../read-position.ts'

/** What an open room knows better than a list that was read a while ago. */
export interface RoomNews {
  readonly id: string
  readonly name: string
  readonly topic: string
  readonly seq: number
  readonly unread: number
  /** Left out where there may be more in messages that are not held. */
  readonly mentions?: number
  readonly lastReadSeq: number
  readonly readRevision: number
  readonly lastMessage: RoomListEntry['lastMessage']
}

/** `now`, as read from the server, newest activity first, with what did not change keeping its identity. */
export function keepEntries(now: readonly RoomListEntry[], before: readonly RoomListEntry[]): readonly RoomListEntry[] {
  return keepEqual(now.toSorted(byActivity), before, entry => entry.id)
}

/** `entries` with a further page; an entry that has moved between the pages meanwhile stands once. */
export function withMore(entries: readonly RoomListEntry[], more: readonly RoomListEntry[]): readonly RoomListEntry[] {
  const known = new Set(entries.map(entry => entry.id))
  return [...entries, ...more.filter(entry => !known.has(entry.id))]
}

/** `entries` with what an open room tells. */
export function withNews(entries: readonly RoomListEntry[], news: RoomNews): readonly RoomListEntry[] {
  return entries.map(entry => {
    if (entry.id !== news.id || news.seq < entry.seq) return entry
    return { ...entry, ...news, lastMessage: news.lastMessage ?? entry.lastMessage }
  })
}

/** `entry`, or a room that was not in the list yet, with what a line of the inbox tells. */
export function withLine(entry: Room | RoomListEntry, line: InboxEntry): RoomListEntry {
  const { roomId: _roomId, activeAt: _activeAt, ...told } = line
  return { ...entry, ...told }
}

/** Whether `line` was told before `entry`, as far as can be seen: it is then no news. */
export function isOlder(line: InboxEntry, entry: RoomListEntry): boolean {
  return line.seq < entry.seq || (line.seq === entry.seq && isLater(positionOf(entry), positionOf(line)))
}

/** Newest activity first, as the server lists: by the last message, or else by when the room was made. */
function byActivity(a: RoomListEntry, b: RoomListEntry): number {
  return activeAt(b) - activeAt(a) || (a.id < b.id ? 1 : -1)
}

function activeAt({ lastMessage, createdAt }: RoomListEntry): number {
  return lastMessage?.createdAt ?? createdAt
}
