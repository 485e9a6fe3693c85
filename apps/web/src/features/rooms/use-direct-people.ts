import type { Client } from '@holdfast/client'
import type { Room } from '@holdfast/protocol'
import { useHoldfast } from '@holdfast/react'
import { useCallback, useSyncExternalStore } from 'react'
import { DirectPeople, type DirectPerson } from './direct-people.ts'

const byClient = new WeakMap<Client, DirectPeople>()

function directPeople(client: Client): DirectPeople {
  const people = byClient.get(client) ?? new DirectPeople(client)
  byClient.set(client, people)
  return people
}

/** The others in a direct room; null for any other room, and while they are not known. */
export function useDirectPeople(room: Pick<Room, 'id' | 'type'> | null): readonly DirectPerson[] | null {
  const people = directPeople(useHoldfast())
  const directId = room?.type === 'direct' ? room.id : null
  const subscribe = useCallback(
    (listener: () => void) => (directId === null ? () => {} : people.subscribe(directId, listener)),
    [people, directId],
  )
  return useSyncExternalStore(subscribe, () => (directId === null ? null : people.of(directId)))
}

/** The other one in a direct room of two; null for any other room, and while they are not known. */
export function useDirectPartner(room: Pick<Room, 'id' | 'type'> | null): DirectPerson | null {
  const people = useDirectPeople(room)
  return people?.length === 1 ? (people[0] ?? null) : null
}
