import { useHoldfast } from '@holdfast/react'
import { useContext } from 'react'
import { useLocation } from 'wouter'
import { KeptDraftsContext } from '../composer/kept-draft.ts'

/** Leads from a room that is mine no longer to the start page: its draft is forgotten, and the list says so. */
export function useGoHome(roomId: string): () => Promise<void> {
  const { rooms } = useHoldfast()
  const [, navigate] = useLocation()
  const drafts = useContext(KeptDraftsContext)
  return () => {
    drafts.forget(roomId)
    navigate('/')
    return rooms.refresh()
  }
}
