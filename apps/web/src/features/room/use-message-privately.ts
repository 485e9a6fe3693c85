import type { Member } from '@holdfast/protocol'
import { useHoldfast } from '@holdfast/react'
import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { notifyFailure } from '../../ui/notices.tsx'

/** Opens the direct room with somebody, made now if there was none. */
export function useMessagePrivately(): (member: Member) => void {
  const { rooms } = useHoldfast()
  const [, navigate] = useLocation()
  return useCallback(
    ({ userId }) => {
      rooms
        .create({ type: 'direct', members: [userId] })
        .then(room => navigate(`/rooms/${room.id}`))
        .catch(notifyFailure)
    },
    [rooms, navigate],
  )
}
