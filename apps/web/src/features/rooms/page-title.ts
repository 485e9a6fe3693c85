import { useUnread } from '@holdfast/react'
import { useEffect } from 'react'
import { unreadWord } from './unread-badge.tsx'

/** The window's title: "(3) General · Holdfast". The number is that of all rooms. */
export function usePageTitle(page: string | null): void {
  const unread = useUnread()
  useEffect(() => {
    const count = unread === 0 ? '' : `(${unreadWord(unread)}) `
    document.title = `${count}${page === null ? '' : `${page} · `}Holdfast`
  }, [unread, page])
}
