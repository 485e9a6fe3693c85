import type { Refusal, RoomListEntry } from '@holdfast/protocol'

/** This person's rooms, newest activity first. Immutable; an entry changes only when what it shows does. */
export interface RoomListView {
  readonly rooms: readonly RoomListEntry[]
  /** Whether the list is being read and none is shown yet, or more of it is being read. */
  readonly loading: boolean
  /** Whether `loadMore` would find more. */
  readonly hasMore: boolean
  /** Why the list could not be read the last time; null when it could. */
  readonly error: Refusal | null
}
