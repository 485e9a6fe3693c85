import { useRooms } from '@holdfast/react'
import { useEffect } from 'react'
import { showAppBadge } from '../../platform/browser.ts'

/**
 * Keeps the badge on the icon of the installed app: how often I am mentioned, else how many rooms have something unread. A leaf:
 * what changes in my rooms renders it alone.
 */
export function AppBadge(): null {
  const { unreadRooms, mentions } = useRooms()
  const count = mentions > 0 ? mentions : unreadRooms
  useEffect(() => showAppBadge(count), [count])
  // Whoever is signed out is called by nothing.
  useEffect(() => () => showAppBadge(0), [])
  return null
}
