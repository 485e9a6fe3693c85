import type { RoomHandle, RoomView } from '@holdfast/client'
import { type RefObject, useCallback, useEffect, useState } from 'react'
import { notify, notifyFailure } from '../../ui/notices.tsx'

/** Most pages of history that one jump reads. */
const MAX_PAGES = 20

interface Jump {
  readonly messageId: string
  readonly pagesLeft: number
}

/** Shows a message by its id. One that is not held is looked for in older history, page by page. */
export function useJump(
  handle: RoomHandle,
  view: RoomView,
  content: RefObject<HTMLElement | null>,
  toRow: (row: HTMLElement) => void,
): (messageId: string) => void {
  const [jump, setJump] = useState<Jump | null>(null)
  useEffect(() => {
    if (jump === null || view.loadingOlder) return
    const row = content.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(jump.messageId)}"]`)
    if (row != null) {
      setJump(null)
      toRow(row)
      flash(row)
    } else if (view.hasMore && jump.pagesLeft > 0) {
      setJump({ ...jump, pagesLeft: jump.pagesLeft - 1 })
      handle.loadOlder().catch(notifyFailure)
    } else {
      setJump(null)
      notify('That message is too far back to be shown here.')
    }
  }, [jump, view.loadingOlder, view.hasMore, handle, content, toRow])
  return useCallback((messageId: string) => setJump({ messageId, pagesLeft: MAX_PAGES }), [])
}

/** Lights a row up for a moment, again if it was lit before. */
function flash(row: HTMLElement): void {
  row.removeAttribute('data-flash')
  row.addEventListener('animationend', () => row.removeAttribute('data-flash'), { once: true })
  // Reading the layout in between is what makes the browser start the animation over.
  row.getBoundingClientRect()
  row.setAttribute('data-flash', 'true')
}
