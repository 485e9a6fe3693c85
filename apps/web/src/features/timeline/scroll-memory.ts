import type { RoomHandle } from '@holdfast/client'
import type { Place } from './scroll-controller.ts'

/** Where history was being read when a room was left; as long as the page lives and the person is signed in. */
const placesByRoom = new WeakMap<RoomHandle, readonly Place[]>()

/** Where the reader was in `room`; empty: at the end, or never there. */
export function recallPlaces(room: RoomHandle): readonly Place[] {
  return placesByRoom.get(room) ?? []
}

/** Remembers where the reader is in `room`. */
export function keepPlaces(room: RoomHandle, places: readonly Place[]): void {
  placesByRoom.set(room, places)
}
