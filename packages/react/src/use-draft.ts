'use client'

import type { Readable } from '@holdfast/client'
import { useMemo } from 'react'
import { useBinding } from './provider.tsx'
import { useReadable } from './use-readable.ts'

/** The draft of a room, to be shown elsewhere than in its composer, as in a list of rooms. `''`: there is none. */
export function useDraft(roomId: string): string {
  const { client, composer } = useBinding()
  const room = composer(client.room(roomId))
  const draft = useMemo<Readable<string>>(
    () => ({ subscribe: room.subscribe, getSnapshot: () => room.getSnapshot().text }),
    [room],
  )
  return useReadable(draft, noDraft)
}

const noDraft = () => ''
