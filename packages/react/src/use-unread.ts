'use client'

import type { Readable, RoomListView } from '@holdfast/client'
import { useMemo } from 'react'
import { useHoldfast } from './provider.tsx'
import { useReadable } from './use-readable.ts'

/**
 * Unread messages of one of my rooms, or of all of them when no room is named: but for muted ones, which do not wish to be
 * counted until they are asked for by name. The server counts a room up to 100, which stands for 100 or more. A room that is not
 * mine counts 0. Renders only when the number changes.
 */
export function useUnread(roomId?: string): number {
  const { rooms } = useHoldfast()
  const unread = useMemo<Readable<number>>(
    () => ({
      subscribe: listener => rooms.subscribe(listener),
      getSnapshot: () => unreadOf(rooms.getSnapshot().rooms, roomId),
    }),
    [rooms, roomId],
  )
  return useReadable(unread, noneUnread)
}

function unreadOf(rooms: RoomListView['rooms'], roomId: string | undefined): number {
  if (roomId !== undefined) return rooms.find(room => room.id === roomId)?.unread ?? 0
  return rooms.reduce((sum, room) => (room.muted ? sum : sum + room.unread), 0)
}

const noneUnread = () => 0
