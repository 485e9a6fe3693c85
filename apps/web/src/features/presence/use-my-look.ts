import type { PresenceUser } from '@holdfast/protocol'
import { useConnection, useHoldfast, useMyPresence, usePerson, useSettings } from '@holdfast/react'
import { useEffect, useState } from 'react'
import { later } from '../../platform/browser.ts'
import { useMinute } from '../../ui/use-minute.ts'
import { isUndisturbed, LOOK_WORDS, lookOf, type PresenceLook, presenceWords } from './presence-words.ts'

/** How I am seen, as a shape and in words. */
export interface MyLook {
  readonly look: PresenceLook
  readonly words: string
}

/** How long the server may take to hear of a choice before it is said that others see another one, in milliseconds. */
export const HEARD_MS = 2_000

/**
 * How others see me: the server's word, since my other devices may be more available than this one. What is chosen here shows
 * at once, and when others still see something else after `HEARD_MS`, both are said.
 */
export function useMyLook(): MyLook {
  const userId = useHoldfast().userId ?? ''
  const isOnline = useConnection().state === 'online'
  const { status, dndUntil } = useMyPresence()
  const isHidden = useSettings().settings?.appearOffline ?? false
  const person = usePerson(userId)
  const now = useMinute()
  const isOther = person !== null && person.status !== status
  const hasStood = useHasStood(isOther)
  if (isHidden) return { look: 'offline', words: 'You appear offline' }
  if (!isOnline) return { look: 'offline', words: 'Not connected' }
  const isSeen = person !== null && (hasStood || !isOther)
  const seen: PresenceUser = isSeen ? { ...person, dndUntil } : { userId, status, lastSeen: null, dndUntil }
  const look = lookOf(seen, now)
  if (!hasStood || isUndisturbed(dndUntil, now)) return { look, words: presenceWords(seen, now) }
  return { look, words: `${LOOK_WORDS[status]} on this device; seen as ${LOOK_WORDS[seen.status]}` }
}

/** Whether it has been so for `HEARD_MS`. */
function useHasStood(isSo: boolean): boolean {
  const [hasStood, setStood] = useState(false)
  useEffect(() => {
    if (!isSo) return
    const cancel = later(() => setStood(true), HEARD_MS)
    return () => {
      cancel()
      setStood(false)
    }
  }, [isSo])
  return isSo && hasStood
}
