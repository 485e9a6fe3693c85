'use client'

import type { RoomListView } from '@holdfast/client'
import { useHoldfast } from './provider.tsx'
import { SERVER_ROOMS } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** My rooms, newest activity first, with their unread counts. `useHoldfast().rooms` creates, discovers and loads more. */
export function useRooms(): RoomListView {
  return useReadable(useHoldfast().rooms, onServer)
}

const onServer = () => SERVER_ROOMS
