'use client'

import type { PresenceView, Readable } from '@holdfast/client'
import { useEffect, useMemo } from 'react'
import { PresenceSelection } from './presence-selection.ts'
import { useHoldfast } from './provider.tsx'
import { SERVER_PRESENCE } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** What is known of people, by userId. Somebody who is not in it: nothing is known, so show nothing. */
export type People = PresenceView['people']

/** What is known of one person. */
export type Person = NonNullable<ReturnType<People['get']>>

/**
 * How available people are. With `userIds`: these, and the server is asked to tell of them while mounted (at most 200 in all,
 * and only of those with whom I share a room). Without: everybody of whom something is known, which are the people of the
 * rooms that are open and those whom others ask for. The answer is the same object until one of them changes; the list may be
 * a new one each time.
 */
export function usePresence(userIds?: readonly string[]): People {
  const { presence } = useHoldfast()
  // No control character stands in a userId: the key is the list.
  const key = userIds?.join('\n')
  const ids = useMemo(() => (key === undefined || key === '' ? [] : key.split('\n')), [key])
  useEffect(() => (ids.length === 0 ? undefined : presence.watch(ids)), [presence, ids])
  const people = useMemo<Readable<People>>(
    () =>
      key === undefined
        ? { subscribe: listener => presence.subscribe(listener), getSnapshot: () => presence.getSnapshot().people }
        : new PresenceSelection(presence, ids),
    [presence, key, ids],
  )
  return useReadable(people, onServer)
}

/**
 * What is known of one person, or null. Renders only when that changes, so that each row of a long list may have its own. It
 * asks the server for nothing: for somebody outside of the open rooms a `usePresence([userId])` must be mounted somewhere.
 */
export function usePerson(userId: string): Person | null {
  const { presence } = useHoldfast()
  const person = useMemo<Readable<Person | null>>(
    () => ({
      subscribe: listener => presence.subscribe(listener),
      getSnapshot: () => presence.getSnapshot().people.get(userId) ?? null,
    }),
    [presence, userId],
  )
  return useReadable(person, noPerson)
}

const onServer = () => SERVER_PRESENCE.people
const noPerson = () => null
