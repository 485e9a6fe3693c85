import { useHoldfast } from '@holdfast/react'
import { useLocation } from 'wouter'

/** Leads from a room that is mine no longer to the start page, and has the list say so. */
export function useGoHome(): () => Promise<void> {
  const { rooms } = useHoldfast()
  const [, navigate] = useLocation()
  return () => {
    navigate('/')
    return rooms.refresh()
  }
}
