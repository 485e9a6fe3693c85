'use client'

import type { RoomListView } from '@holdfast/client'
import { useRooms } from './use-rooms.ts'

/**
 * Unread messages of one of my rooms, or of all of them when no room is named. The server counts a room up to 100, which
 * stands for 100 or more. A room that is not mine counts 0.
 */
export function useUnread(roomId?: string): number {
  const { rooms } = useRooms()
  return roomId === undefined ? total(rooms) : (rooms.find(room => room.id === roomId)?.unread ?? 0)
}

function total(rooms: RoomListView['rooms']): number {
  return rooms.reduce((sum, room) => sum + room.unread, 0)
}
