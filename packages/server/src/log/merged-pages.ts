import type { DiscoverPage, RoomPage } from '@holdfast/protocol'
import { formatActivity, formatName } from './cursors.ts'
import { activityOf, compareActivity, compareNames, nameMarkOf } from './list-order.ts'
import type { Answer } from './room-log.ts'

/** A page of two lists of one person's rooms, as of one; `joined`: the cursor of both. */
export function mergeRooms(
  [a, b]: readonly [Answer<RoomPage>, Answer<RoomPage>],
  limit: number,
  joined: (a: string, b: string) => string,
): Answer<RoomPage> {
  if (!a.ok) return a
  if (!b.ok) return b
  const all = [...a.value.rooms, ...b.value.rooms]
  all.sort((x, y) => compareActivity(activityOf(x), activityOf(y)))
  const rooms = all.slice(0, limit)
  const last = rooms.at(-1)
  const hasMore = all.length > rooms.length || hasNext(a.value) || hasNext(b.value)
  const nextCursor = hasMore && last ? formatActivity(activityOf(last)) : null
  return { ok: true, value: { rooms, nextCursor, inboxCursor: joined(a.value.inboxCursor, b.value.inboxCursor) } }
}

/** The same of two lists of rooms to join. */
export function mergeDiscovered(
  [a, b]: readonly [Answer<DiscoverPage>, Answer<DiscoverPage>],
  limit: number,
): Answer<DiscoverPage> {
  if (!a.ok) return a
  if (!b.ok) return b
  const all = [...a.value.rooms, ...b.value.rooms]
  all.sort((x, y) => compareNames(nameMarkOf(x), nameMarkOf(y)))
  const rooms = all.slice(0, limit)
  const last = rooms.at(-1)
  const hasMore = all.length > rooms.length || hasNext(a.value) || hasNext(b.value)
  return { ok: true, value: { rooms, nextCursor: hasMore && last ? formatName(nameMarkOf(last)) : null } }
}

function hasNext(page: { readonly nextCursor: string | null }): boolean {
  return page.nextCursor !== null
}
