import type { RoomHandle, RoomView } from '@holdfast/client'
import { useEffect, useState } from 'react'
import { useAttention } from './use-attention.ts'

/**
 * Tells the server how far this person has read: only what stood at the end of a window that somebody was looking at.
 * `isAtEnd`: a member has the end in view; `isAtEndNow` says whether that is still so when the time has come.
 */
export function useMarkRead(handle: RoomHandle, view: RoomView, isAtEnd: boolean, isAtEndNow: () => boolean): void {
  const isAttended = useAttention()
  const isReading = isAtEnd && isAttended && view.status === 'live'
  const { timeline } = view
  useEffect(() => {
    if (isReading && timeline.length > 0 && isAtEndNow()) handle.markRead()
  }, [handle, isReading, timeline, isAtEndNow])
}

/**
 * Where the line above the new messages stands: behind the last message read when the room had caught up, or when the
 * window was left with everything read. It stays where it is while somebody reads, however much of it is read meanwhile.
 */
export function useNewLine(view: RoomView, isCaughtUp: boolean): number | null {
  const isAttended = useAttention()
  const [line, setLine] = useState<number | null>(null)
  const [wasCaughtUp, setCaughtUp] = useState(false)
  const [wasAttended, setAttended] = useState(isAttended)
  // Set while rendering, so that the first frame that shows the messages shows the line too.
  if (isCaughtUp && !wasCaughtUp) {
    setCaughtUp(true)
    if (view.unread > 0) setLine(view.lastReadSeq)
  }
  if (isAttended !== wasAttended) {
    setAttended(isAttended)
    if (!isAttended && isCaughtUp && view.unread === 0) setLine(view.continuity.seq)
  }
  return line
}
