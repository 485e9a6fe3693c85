import type { InboxEntry } from '@holdfast/protocol'
import { formatInbox, parseInbox } from '../cursors.ts'
import { type InboxChanges, MAX_INBOX_ROOMS } from '../room-log.ts'
import type { MyRoom, ReadRows } from './rows.ts'

/** The lines of the rooms named. */
export function inboxOf(userId: string, roomIds: readonly string[], rows: ReadRows): readonly InboxEntry[] {
  return rows.myRoomsAmong(userId, roomIds.slice(0, MAX_INBOX_ROOMS)).map(lineOf)
}

/** The lines that have changed since; null when the cursor is not of this store, or more than `limit` have. */
export function inboxSince(userId: string, cursor: string, limit: number, rows: ReadRows): InboxChanges | null {
  const since = parseInbox(cursor)
  const now = rows.changes()
  if (since === null || since.store !== now.store || since.count > now.count) return null
  const changed = since.count === now.count ? [] : rows.myRoomsSince(userId, since.count, limit + 1)
  if (changed.length > limit) return null
  return { entries: changed.map(lineOf), total: rows.myRoomCount(userId), cursor: formatInbox(now) }
}

function lineOf({ room, ...line }: MyRoom): InboxEntry {
  return { roomId: room.id, name: room.name, type: room.type, ...line }
}
