import type { RoomHandle, RoomView } from '@holdfast/client'
import { useEffect, useState } from 'react'
import { notifyFailure } from '../../ui/notices.tsx'

/**
 * Most messages held while the first unread one is looked for: five times what the server counts. Whoever missed more begins
 * with the oldest of these.
 */
export const MAX_HELD_FOR_UNREAD = 500

/**
 * Whether the room has caught up, once it has: it was live, and the first unread message is held. A room opens with a window
 * of its newest messages; where more are unread, older ones are read until the window begins with what was read before.
 * `isMember`: to nobody else anything is unread.
 */
export function useUnreadHeld(handle: RoomHandle, view: RoomView, isMember: boolean): boolean {
  const isLive = useOnce(view.status === 'live')
  const [hasFailed, setFailed] = useState(false)
  const isMissing = isMember && !hasFailed && isUnreadMissing(view)
  const { loadingOlder, timeline } = view
  // biome-ignore lint/correctness/useExhaustiveDependencies: `timeline` says when the next page is due
  useEffect(() => {
    if (!isLive || !isMissing || loadingOlder) return
    handle.loadOlder().catch((cause: unknown) => {
      setFailed(true)
      notifyFailure(cause)
    })
  }, [handle, isLive, isMissing, loadingOlder, timeline])
  return useOnce(isLive && !isMissing)
}

function isUnreadMissing({ timeline, hasMore, unread, lastReadSeq }: RoomView): boolean {
  if (unread === 0 || !hasMore || timeline.length >= MAX_HELD_FOR_UNREAD) return false
  const oldest = timeline.find(entry => entry.kind === 'message')
  return oldest !== undefined && oldest.message.seq > lastReadSeq + 1
}

/** True from the first time that `now` is. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now)
  if (now && !was) setWas(true)
  return was || now
}
