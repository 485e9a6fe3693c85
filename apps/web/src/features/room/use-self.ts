import type { RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import { useHoldfast } from '@holdfast/react'
import { useCallback, useMemo, useSyncExternalStore } from 'react'

/**
 * Myself as a member of a room, or null. A large room's view does not hold all of its members; my list of rooms says then
 * that I am one, and the least that a member may do is what is offered.
 */
export function useSelf(view: RoomView): Member | null {
  const { userId, rooms } = useHoldfast()
  const { id, me } = view
  const subscribe = useCallback((listener: () => void) => rooms.subscribe(listener), [rooms])
  // No more of the list than that: whatever else changes in it renders no room.
  const isListed = useSyncExternalStore(subscribe, () => rooms.getSnapshot().rooms.some(room => room.id === id))
  return useMemo(
    () => me ?? (isListed && userId !== null ? { userId, name: '', role: 'member' } : null),
    [me, isListed, userId],
  )
}
