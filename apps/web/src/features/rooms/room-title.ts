import type { Client } from '@holdfast/client'
import type { Room } from '@holdfast/protocol'
import { useHoldfast } from '@holdfast/react'
import { useCallback, useSyncExternalStore } from 'react'
import { DirectNames } from './direct-names.ts'

const namesByClient = new WeakMap<Client, DirectNames>()

function directNames(client: Client): DirectNames {
  const names = namesByClient.get(client) ?? new DirectNames(client)
  namesByClient.set(client, names)
  return names
}

/** What a room is called: by its name, or a direct one by the people in it. Null: the room is not known. */
export function useRoomTitle(room: Pick<Room, 'id' | 'type' | 'name'> | null): string | null {
  const names = directNames(useHoldfast())
  const directId = room !== null && room.name === '' ? room.id : null
  const subscribe = useCallback(
    (listener: () => void) => (directId === null ? () => {} : names.subscribe(directId, listener)),
    [names, directId],
  )
  const others = useSyncExternalStore(subscribe, () => (directId === null ? null : names.nameOf(directId)))
  return room === null ? null : room.name || others || 'Direct conversation'
}
