import type { Room } from '@holdfast/protocol'
import { useDirectPeople } from './use-direct-people.ts'

const LIST = new Intl.ListFormat(undefined, { type: 'conjunction' })

/** What a room is called: by its name, or a direct one by the people in it. Null: the room is not known. */
export function useRoomTitle(room: Pick<Room, 'id' | 'type' | 'name'> | null): string | null {
  const others = useDirectPeople(room)
  if (room === null || room.name !== '') return room?.name ?? null
  return others === null ? 'Direct conversation' : LIST.format(others.map(({ name }) => name))
}
