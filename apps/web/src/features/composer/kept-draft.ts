import { useComposer } from '@holdfast/react'
import { useLayoutEffect, useRef } from 'react'
import { keepDraft, keptDraft } from './kept-drafts.ts'

/**
 * Keeps the draft of a room over reloads, and brings back the one that was kept unless something is written already. Stands
 * wherever a room's draft is shown; a leaf, so that it renders alone while somebody writes.
 */
export function KeptDraft({ roomId }: { readonly roomId: string }): null {
  const { text, setText, pause } = useComposer(roomId)
  const known = useRef<string | null>(null)
  useLayoutEffect(() => {
    if (known.current === null) {
      known.current = keptDraft(roomId)
      if (text === '' && known.current !== '') {
        setText(known.current)
        // It was written before: nobody is typing now.
        pause()
        return
      }
    }
    if (text !== known.current) keepDraft(roomId, text)
    known.current = text
  }, [roomId, text, setText, pause])
  return null
}
