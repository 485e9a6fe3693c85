'use client'

import type { RoomHandle, RoomView } from '@holdfast/client'
import { useCallback, useEffect, useMemo } from 'react'
import { useBinding } from './provider.tsx'
import { serverRoomView } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** A room to look at and to act on. */
export interface OpenRoom {
  /** What to show: immutable, the same object until something changed. */
  readonly view: RoomView
  /** What to do: send, edit, react, join, … The same object for the same room. */
  readonly handle: RoomHandle
  /**
   * Ends `view.isMarkedUnread`, as leaving the room and coming back does: what is read from here on counts. Nothing while the
   * room is not marked unread. The same function for the same room.
   */
  readonly resumeReading: () => void
}

/**
 * Opens the room while mounted (and {@link ROOM_LINGER_MS} longer) and answers its present view. What it answers is the same
 * object until the view changes, as with the other hooks of a room.
 */
export function useRoom(roomId: string): OpenRoom {
  const handle = useHeldRoom(roomId)
  const onServer = useCallback(() => serverRoomView(handle), [handle])
  const view = useReadable(handle, onServer)
  const { rooms } = useBinding()
  const resumeReading = useCallback(() => {
    if (handle.getSnapshot().isMarkedUnread) rooms.renew(handle)
  }, [rooms, handle])
  return useMemo(() => ({ handle, view, resumeReading }), [handle, view, resumeReading])
}

/** The room's handle, opened while mounted; renders nothing by itself. */
export function useHeldRoom(roomId: string): RoomHandle {
  const { client, rooms } = useBinding()
  const handle = client.room(roomId)
  useEffect(() => rooms.retain(handle), [rooms, handle])
  return handle
}
