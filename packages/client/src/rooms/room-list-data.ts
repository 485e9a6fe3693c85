import type { RoomListEntry } from '@holdfast/protocol'
import { deepEqual } from '../equal.ts'

/** What an open room knows better than a list that was read a while ago. */
export interface RoomNews {
  readonly id: string
  readonly name: string
  readonly topic: string
  readonly seq: number
  readonly unread: number
  readonly lastReadSeq: number
  readonly lastMessage: RoomListEntry['lastMessage']
}

/** `now`, as read from the server, with what did not change keeping its identity. */
export function keepEntries(now: readonly RoomListEntry[], before: readonly RoomListEntry[]): readonly RoomListEntry[] {
  const known = new Map(before.map(entry => [entry.id, entry]))
  const kept = now.map(entry => {
    const old = known.get(entry.id)
    return old !== undefined && deepEqual(old, entry) ? old : entry
  })
  return kept.length === before.length && kept.every((entry, i) => entry === before[i]) ? before : kept
}

/** `entries` with a further page; an entry that has moved between the pages meanwhile stands once. */
export function withMore(entries: readonly RoomListEntry[], more: readonly RoomListEntry[]): readonly RoomListEntry[] {
  const known = new Set(entries.map(entry => entry.id))
  return [...entries, ...more.filter(entry => !known.has(entry.id))]
}

/** `entries` with what an open room tells. A room with a new message goes to the top: the list is by activity. */
export function withNews(entries: readonly RoomListEntry[], news: RoomNews): readonly RoomListEntry[] {
  const place = entries.findIndex(entry => entry.id === news.id)
  const before = entries[place]
  if (before === undefined || news.seq < before.seq) return entries
  const after: RoomListEntry = { ...before, ...news, lastMessage: news.lastMessage ?? before.lastMessage }
  if (deepEqual(after, before)) return entries
  const hasNewMessage = (after.lastMessage?.seq ?? 0) > (before.lastMessage?.seq ?? 0)
  if (!hasNewMessage) return entries.with(place, after)
  return [after, ...entries.filter(entry => entry !== before)]
}
