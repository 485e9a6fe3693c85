'use client'

import { useEffect, useMemo } from 'react'
import { useBinding } from './provider.tsx'
import type { ComposerState, RoomComposer } from './room-composer.ts'
import { useReadable } from './use-readable.ts'

/** The composer of a room: its state and what can be done with it. */
export type Composer = ComposerState &
  Pick<
    RoomComposer,
    'setText' | 'pause' | 'reply' | 'cancelReply' | 'send' | 'startEdit' | 'setEditText' | 'cancelEdit' | 'saveEdit'
  >

/**
 * The draft, reply and edit of a room; kept when the component goes and shared by all who render it. Does not open the room.
 * Writing by `setText` tells the others that I am typing. That ends by itself when nothing is written for a while, when it is
 * sent, and when the component goes; put `pause` on the field's `onBlur` so that it ends there too.
 */
export function useComposer(roomId: string): Composer {
  const { client, composer } = useBinding()
  const room = composer(client.room(roomId))
  const state = useReadable(room, room.getServerSnapshot)
  useEffect(() => room.pause, [room])
  return useMemo(() => {
    const { setText, pause, reply, cancelReply, send, startEdit, setEditText, cancelEdit, saveEdit } = room
    return { ...state, setText, pause, reply, cancelReply, send, startEdit, setEditText, cancelEdit, saveEdit }
  }, [state, room])
}
