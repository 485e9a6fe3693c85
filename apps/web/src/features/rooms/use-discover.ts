import type { DiscoverPage } from '@holdfast/protocol'
import { useConnection, useHoldfast, useRooms } from '@holdfast/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { everyWhileVisible, later } from '../../platform/browser.ts'

/** How often the list is read again while it is looked at, in milliseconds. */
const PERIOD_MS = 15_000
/** How long a pause in typing starts the search, in milliseconds. */
const PAUSE_MS = 250

export interface Discovered {
  readonly rooms: DiscoverPage['rooms']
  /** False until the first answer. */
  readonly isKnown: boolean
  readonly hasFailed: boolean
  readonly refresh: () => void
}

const NOTHING: Omit<Discovered, 'refresh'> = { rooms: [], isKnown: false, hasFailed: false }

/** Public rooms that I may join and am not in, whose name holds `query`; read again now and then, and when my rooms change. */
export function useDiscover(query: string): Discovered {
  const { rooms: list } = useHoldfast()
  const isOnline = useConnection().state === 'online'
  const mine = useRooms().rooms
  const mineKey = mine.map(room => room.id).join()
  const [found, setFound] = useState(NOTHING)
  const latest = useRef(0)
  const refresh = useCallback(() => {
    latest.current += 1
    const turn = latest.current
    // Only the last question's answer counts: answers may overtake each other.
    list.discover(query === '' ? undefined : query).then(
      page => turn === latest.current && setFound({ rooms: page.rooms, isKnown: true, hasFailed: false }),
      () => turn === latest.current && setFound(before => ({ ...before, isKnown: true, hasFailed: true })),
    )
  }, [list, query])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of my rooms is a reason to ask again
  useEffect(() => {
    if (!isOnline) return
    const stopPause = later(refresh, PAUSE_MS)
    const stopPeriod = everyWhileVisible(refresh, PERIOD_MS)
    return () => {
      stopPause()
      stopPeriod()
    }
  }, [isOnline, refresh, mineKey])
  const mineIds = new Set(mine.map(room => room.id))
  return { ...found, rooms: found.rooms.filter(room => !mineIds.has(room.id)), refresh }
}
