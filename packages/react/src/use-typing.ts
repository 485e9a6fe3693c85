'use client'

import type { Readable, TypingView } from '@holdfast/client'
import { useMemo } from 'react'
import { serverRoomView } from './server-views.ts'
import { useReadable } from './use-readable.ts'
import { useHeldRoom } from './use-room.ts'

/**
 * Who is typing in a room but myself: `userIds` are those named, `count` is how many there are in all. Opens the room while
 * mounted, as `useRoom` does, and renders only when somebody begins or stops.
 */
export function useTyping(roomId: string): TypingView {
  const room = useHeldRoom(roomId)
  const typing = useMemo<Readable<TypingView>>(
    () => ({ subscribe: listener => room.subscribe(listener), getSnapshot: () => room.getSnapshot().typing }),
    [room],
  )
  return useReadable(typing, () => serverRoomView(room).typing)
}
