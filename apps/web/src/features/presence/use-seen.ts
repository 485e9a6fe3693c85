import type { PresenceUser } from '@holdfast/protocol'
import { useHoldfast, usePerson, useSettings } from '@holdfast/react'

/**
 * How others see somebody, or null while nothing is known: the server's word. The server tells me of myself as I am even while I
 * appear offline; then I too am shown as others see me.
 */
export function useSeen(userId: string): PresenceUser | null {
  const person = usePerson(userId)
  const isMe = useHoldfast().userId === userId
  const isHidden = (useSettings().settings?.appearOffline ?? false) && isMe
  return person !== null && isHidden ? hidden(person) : person
}

function hidden({ userId, customStatus }: PresenceUser): PresenceUser {
  return { userId, status: 'offline', lastSeen: null, ...(customStatus !== undefined && { customStatus }) }
}
