'use client'

import type { Readable, RoomHandle, RoomView } from '@holdfast/client'
import { useMemo } from 'react'
import { serverRoomView } from './server-views.ts'
import { useReadable } from './use-readable.ts'
import { useHeldRoom } from './use-room.ts'

/** A part of a room's view; the same object until a field of the part is another, whatever becomes of the rest of the view. */
class RoomSelection<Part extends object> implements Readable<Part> {
  readonly #room: RoomHandle
  readonly #pick: (view: RoomView, room: RoomHandle) => Part
  #view: RoomView
  #part: Part

  constructor(room: RoomHandle, pick: (view: RoomView, room: RoomHandle) => Part) {
    this.#room = room
    this.#pick = pick
    this.#view = serverRoomView(room)
    this.#part = pick(this.#view, room)
  }

  subscribe(listener: () => void): () => void {
    return this.#room.subscribe(listener)
  }

  getSnapshot(): Part {
    const view = this.#room.getSnapshot()
    if (view === this.#view) return this.#part
    this.#view = view
    const part = this.#pick(view, this.#room)
    const before = Object.values(this.#part)
    if (Object.values(part).some((value, i) => value !== before[i])) this.#part = part
    return this.#part
  }
}

/**
 * A part of a room, opened while mounted, which renders only when a field of it is another.
 *
 * @param pick the same function each time; what it makes has the same fields, in the same order
 */
export function useRoomPart<Part extends object>(
  roomId: string,
  pick: (view: RoomView, room: RoomHandle) => Part,
): Part {
  const room = useHeldRoom(roomId)
  const selection = useMemo(() => new RoomSelection(room, pick), [room, pick])
  const onServer = useMemo(() => {
    const part = pick(serverRoomView(room), room)
    return () => part
  }, [room, pick])
  return useReadable(selection, onServer)
}
