import { useRooms } from '@holdfast/react'
import { useEffect } from 'react'
import { titleWords } from './title-words.ts'

/** Keeps the window's title: the page, and what calls for me in all rooms. A leaf: what changes in my rooms renders it alone. */
export function PageTitle({ page }: { readonly page: string | null }): null {
  const { unreadRooms, mentions } = useRooms()
  useEffect(() => {
    document.title = titleWords(page, { unreadRooms, mentions })
  }, [unreadRooms, mentions, page])
  return null
}
