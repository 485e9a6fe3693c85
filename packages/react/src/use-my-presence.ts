'use client'

import type { MyPresence, Presence, Readable } from '@holdfast/client'
import { useMemo } from 'react'
import { useHoldfast } from './provider.tsx'
import { SERVER_PRESENCE } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** How I am seen, and what I can do about it. */
export type OwnPresence = MyPresence & Pick<Presence, 'setStatus' | 'setCustomStatus' | 'setDoNotDisturb'>

/** My own presence. `wish` is what I chose, null while the idle detector decides. */
export function useMyPresence(): OwnPresence {
  const { presence } = useHoldfast()
  const readable = useMemo<Readable<MyPresence>>(
    () => ({ subscribe: listener => presence.subscribe(listener), getSnapshot: () => presence.getSnapshot().mine }),
    [presence],
  )
  const mine = useReadable(readable, onServer)
  return useMemo(
    () => ({
      ...mine,
      setStatus: status => presence.setStatus(status),
      setCustomStatus: text => presence.setCustomStatus(text),
      setDoNotDisturb: until => presence.setDoNotDisturb(until),
    }),
    [mine, presence],
  )
}

const onServer = () => SERVER_PRESENCE.mine
