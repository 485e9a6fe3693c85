'use client'

import type { Readable } from '@holdfast/client'
import { useCallback, useSyncExternalStore } from 'react'

/** A client's view as React state: one `useSyncExternalStore`. `onServer` answers while rendering on a server and hydrating. */
export function useReadable<T>(readable: Readable<T>, onServer: () => T): T {
  const subscribe = useCallback((listener: () => void) => readable.subscribe(listener), [readable])
  const read = useCallback(() => readable.getSnapshot(), [readable])
  return useSyncExternalStore(subscribe, read, onServer)
}
