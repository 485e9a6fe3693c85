import type { RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import { useHoldfast, useRooms } from '@holdfast/react'
import { useMemo } from 'react'

/**
 * Myself as a member of a room, or null. A large room's view does not hold all of its members; my list of rooms says then
 * that I am one, and the least that a member may do is what is offered.
 */
export function useSelf(view: RoomView): Member | null {
  const { userId } = useHoldfast()
  const isListed = useRooms().rooms.some(room => room.id === view.id)
  const { me } = view
  return useMemo(
    () => me ?? (isListed && userId !== null ? { userId, name: '', role: 'member' } : null),
    [me, isListed, userId],
  )
}
