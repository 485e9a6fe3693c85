import type { SceneRoom } from '../dialects/dialect.ts'

/** Who writes where. */
export interface Assignment {
  readonly rooms: readonly SceneRoom[]
  readonly people: readonly string[]
  /** The rooms of each person, in the order of `people`. */
  readonly roomsOf: readonly (readonly string[])[]
}

/** Shares rooms among writers: every room has a writer, every writer a room, and none has more than its share of the other. */
export function assign(rooms: number, writers: number, idOf: (room: number) => string = i => `room${i}`): Assignment {
  const people = Array.from({ length: writers }, (_, i) => `writer${i}`)
  const roomsOf = people.map((): string[] => [])
  const writersOf = Array.from({ length: rooms }, (): string[] => [])
  for (let i = 0; i < Math.max(rooms, writers); i++) {
    roomsOf[i % writers]?.push(idOf(i % rooms))
    writersOf[i % rooms]?.push(people[i % writers] ?? '')
  }
  return { rooms: writersOf.map((of, i) => ({ id: idOf(i), writers: of })), people, roomsOf }
}
