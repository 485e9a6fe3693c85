import { useRooms } from '@holdfast/react'
import { useEffect } from 'react'
import { titleWords } from './title-words.ts'

/** Keeps the window's title: the page, and what calls for me in all rooms. */
export function usePageTitle(page: string | null): void {
  const { unreadRooms, mentions } = useRooms()
  useEffect(() => {
    document.title = titleWords(page, { unreadRooms, mentions })
  }, [unreadRooms, mentions, page])
}

/** The same as a leaf, so that what changes in my rooms renders it alone and not the page that holds it. */
export function PageTitle({ page }: { readonly page: string | null }): null {
  usePageTitle(page)
  return null
}
