import type { CreateRoomBody, DiscoverPage, Room } from '@holdfast/protocol'
import type { Readable } from '../readable.ts'
import type { RoomListView } from './room-list-view.ts'

/**
 * This person's rooms. Read when the client comes online, and kept current by the server's inbox, opened or not, and by what the
 * open rooms tell. At most 1,000 are read by themselves.
 */
export interface RoomList extends Readable<RoomListView> {
  /** Reads the list again. Single flight. Never rejects: a failure is `error` in the view. */
  refresh(): Promise<void>
  /** Reads the next page; nothing when `hasMore` is false. Never rejects. */
  loadMore(): Promise<void>
  /** Public rooms that this person may join, whose name holds `query`. Rejects with a `HoldfastError`. */
  discover(query?: string, cursor?: string): Promise<DiscoverPage>
  /** Makes a room, or finds the direct room of the same people. Rejects with a `HoldfastError` (`conflict`: the id is taken). */
  create(body: CreateRoomBody): Promise<Room>
}
