import type { SessionLimits } from '@holdfast/protocol'
import type { ConnectionStatus } from './connection/status.ts'
import type { Readable } from './readable.ts'
import type { RoomHandle } from './room-handle.ts'
import type { RoomList } from './rooms/room-list-handle.ts'
import type { Presence } from './signals/presence-handle.ts'
import type { Settings } from './signals/settings-handle.ts'

/** One person's connection to Holdfast: rooms, what waits to be sent, and how the connection is. */
export interface Client {
  readonly connection: Readable<ConnectionStatus>
  readonly rooms: RoomList
  readonly presence: Presence
  readonly settings: Settings
  /** Who this is; null before the server has told. */
  readonly userId: string | null
  /** What the server allows; the contract's defaults before it has told. */
  readonly limits: SessionLimits
  /** Connects and stays connected until `disconnect`. While it waits to connect again: tries now. */
  connect(): void
  /** Stops. What waits to be sent and the place in each room are kept; `connect()` goes on from there. */
  disconnect(): void
  /** The room of this id, the same object each time. Making it costs nothing; `open()` it to read it. */
  room(roomId: string): RoomHandle
  /**
   * Stops, and forgets everything of this person: what waits to be sent, in storage too, and all that is shown.
   *
   * Rejects with a `HoldfastError` (`unavailable`) when the storage has failed to forget, or has not answered within 5 s (it is
   * asked once it has been read, for which it has 5 s too): the person is signed out all the same, but what they wrote and had
   * not sent may still be on the device. Then let nobody else in before the storage is cleared: what was written before any
   * token was had names no writer, and would be sent as the next person's.
   */
  logout(): Promise<void>
}
