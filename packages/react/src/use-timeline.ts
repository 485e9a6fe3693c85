'use client'

import type { RoomHandle, RoomView } from '@holdfast/client'
import { useMemo } from 'react'
import { useRoomPart } from './use-room-part.ts'

/** The messages of a room in display order, pending and failed ones included. */
export interface Timeline {
  readonly entries: RoomView['timeline']
  /** False once the room's first message is held. */
  readonly hasMore: boolean
  readonly loadingOlder: boolean
  /** False while an event between the oldest held and the newest known is missing. */
  readonly complete: boolean
  /** One page further back. Calls while one runs share it. */
  loadOlder(): Promise<void>
}

/**
 * The timeline of a room, opened while mounted; the same object until one of its fields changes, and rendered only then: not
 * for who types, say. An entry's `key` is stable from the tap on Send on: use it as React key.
 */
export function useTimeline(roomId: string): Timeline {
  const part = useRoomPart(roomId, partOf)
  return useMemo(() => {
    const { room, ...shown } = part
    return { ...shown, loadOlder: () => room.loadOlder() }
  }, [part])
}

function partOf(view: RoomView, room: RoomHandle) {
  const { timeline: entries, hasMore, loadingOlder, continuity } = view
  return { room, entries, hasMore, loadingOlder, complete: continuity.complete }
}
