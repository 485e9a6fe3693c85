import type { Refusal, RoomListEntry } from '@holdfast/protocol'

/** This person's rooms, newest activity first. Immutable; an entry changes only when what it shows does. */
export interface RoomListView {
  readonly rooms: readonly RoomListEntry[]
  /** Rooms with unread messages, those that are muted not counted: for a title or a badge. */
  readonly unreadRooms: number
  /** Unread messages that mention me, in all of the rooms, muted ones too. */
  readonly mentions: number
  /** Whether the list is being read and none is shown yet, or more of it is being read. */
  readonly loading: boolean
  /** Whether `loadMore` would find more. */
  readonly hasMore: boolean
  /** Why the list could not be read the last time; null when it could. */
  readonly error: Refusal | null
}
