'use client'

import type { RoomView } from '@holdfast/client'
import { useRoomPart } from './use-room-part.ts'

/** Who is in a room. */
export interface Members {
  /** Those known here: the first of a large room, not all of it. */
  readonly members: RoomView['members']
  readonly memberCount: number
  /** Myself, or null while I am not a member. */
  readonly me: RoomView['me']
}

/** The members of a room, opened while mounted; renders only when they are others. */
export function useMembers(roomId: string): Members {
  return useRoomPart(roomId, membersOf)
}

function membersOf({ members, memberCount, me }: RoomView): Members {
  return { members, memberCount, me }
}
