import { useComposer } from '@holdfast/react'
import { createContext, useContext, useEffect, useLayoutEffect, useRef } from 'react'
import { KeptDrafts } from './kept-drafts.ts'

/** The drafts of whoever is signed in; without, none is kept. */
export const KeptDraftsContext = createContext(new KeptDrafts(null))

interface KeptDraftProps {
  readonly roomId: string
  /** The room is closed to this person for good: its draft is forgotten. */
  readonly isGone?: boolean
}

/**
 * Keeps the draft of a room over reloads, and brings back the one that was kept unless something is written already. Stands
 * wherever a room's draft is shown, and writes once wherever it stands; a leaf, so that it renders alone while somebody writes.
 */
export function KeptDraft({ roomId, isGone = false }: KeptDraftProps): null {
  const drafts = useContext(KeptDraftsContext)
  const { text, setText, pause } = useComposer(roomId)
  const shown = useRef('')
  useLayoutEffect(() => {
    const kept = drafts.take(roomId)
    if (text === '' && kept !== '') {
      setText(kept)
      // It was written before: nobody is typing now.
      pause()
      return
    }
    if (text === shown.current) return
    shown.current = text
    drafts.keep(roomId, text)
  }, [drafts, roomId, text, setText, pause])
  useEffect(() => {
    if (isGone) drafts.forget(roomId)
  }, [drafts, roomId, isGone])
  return null
}
