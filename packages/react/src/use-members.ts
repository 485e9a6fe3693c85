'use client'

import type { RoomView } from '@holdfast/client'
import { useMemo } from 'react'
import { useRoom } from './use-room.ts'

/** Who is in a room. */
export interface Members {
  /** Those known here: the first of a large room, not all of it. */
  readonly members: RoomView['members']
  readonly memberCount: number
  /** Myself, or null while I am not a member. */
  readonly me: RoomView['me']
}

/** The members of a room, opened while mounted. */
export function useMembers(roomId: string): Members {
  const { members, memberCount, me } = useRoom(roomId).view
  return useMemo(() => ({ members, memberCount, me }), [members, memberCount, me])
}
