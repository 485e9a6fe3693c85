import type { RoomListView } from '@holdfast/client'
import { unreadWord } from './unread-badge.tsx'

/** What calls for me in all of my rooms. */
export type Calls = Pick<RoomListView, 'unreadRooms' | 'mentions'>

/**
 * The window's title: "(3) General · Holdfast", the number of rooms with something unread; "(@2) …" once I am mentioned, and
 * then how often: who is called by name looks there first. Muted rooms call only by mentions.
 */
export function titleWords(page: string | null, { unreadRooms, mentions }: Calls): string {
  const calls = mentions > 0 ? `(@${unreadWord(mentions)}) ` : unreadRooms > 0 ? `(${unreadWord(unreadRooms)}) ` : ''
  return `${calls}${page === null ? '' : `${page} · `}Holdfast`
}
