'use client'

import type { RoomView } from '@holdfast/client'
import { useMemo } from 'react'
import { useRoom } from './use-room.ts'

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

/** The timeline of a room, opened while mounted; the same object until one of its fields changes. An entry's `key` is stable from the tap on Send on: use it as React key. */
export function useTimeline(roomId: string): Timeline {
  const { view, handle } = useRoom(roomId)
  const { timeline: entries, hasMore, loadingOlder } = view
  const { complete } = view.continuity
  return useMemo(
    () => ({ entries, hasMore, loadingOlder, complete, loadOlder: () => handle.loadOlder() }),
    [entries, hasMore, loadingOlder, complete, handle],
  )
}
