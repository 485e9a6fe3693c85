import type { MessageEntry } from '@holdfast/client'
import type { Role } from '@holdfast/protocol'

/** What marking unread is called. */
export const MARK_UNREAD = 'Mark unread from here'
/** The key that does it on a row that has the focus; with a pointer it is Alt and a click. */
export const MARK_UNREAD_KEY = 'U'

/** Whether a message can be left for later: what others wrote, by who has a read position here. */
export function canMarkUnread({ message, own }: MessageEntry, role: Role | null): boolean {
  return role !== null && !own && message.deletedAt === null
}
