'use client'

import { useMemo } from 'react'
import { useBinding } from './provider.tsx'
import type { ComposerState, RoomComposer } from './room-composer.ts'
import { useReadable } from './use-readable.ts'

/** The composer of a room: its state and what can be done with it. */
export type Composer = ComposerState &
  Pick<
    RoomComposer,
    'setText' | 'reply' | 'cancelReply' | 'send' | 'startEdit' | 'setEditText' | 'cancelEdit' | 'saveEdit'
  >

/** The draft, reply and edit of a room; kept when the component goes and shared by all who render it. Does not open the room. */
export function useComposer(roomId: string): Composer {
  const { client, composer } = useBinding()
  const room = composer(client.room(roomId))
  const state = useReadable(room, room.getServerSnapshot)
  return useMemo(() => {
    const { setText, reply, cancelReply, send, startEdit, setEditText, cancelEdit, saveEdit } = room
    return { ...state, setText, reply, cancelReply, send, startEdit, setEditText, cancelEdit, saveEdit }
  }, [state, room])
}
