import type { RoomHandle, RoomView } from '@holdfast/client'
import { useEffect, useRef, useState } from 'react'
import { useAttention } from './use-attention.ts'
import type { Scroll } from './use-scroll.ts'

/**
 * Tells how far this person has read: only what was on the screen of a window that somebody was looking at, and nothing twice,
 * so that what was marked unread elsewhere stays so until something new is seen. `hasPosition`: who is no member has none, and
 * before the first unread message is here nothing behind it is told, which would be read unseen with the rest.
 */
export function useMarkRead(
  handle: RoomHandle,
  view: RoomView,
  hasPosition: boolean,
  { seqInView, watch }: Pick<Scroll, 'seqInView' | 'watch'>,
): void {
  const isAttended = useAttention()
  const isReading = hasPosition && isAttended && view.status === 'live'
  const { timeline } = view
  const { isMarkedUnread } = view
  const { epoch } = view.continuity
  const told = useRef({ epoch, seq: 0 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `timeline` says when, not what
  useEffect(() => {
    // Reading is paused, and what is told now is not taken: it is all told once the mark is gone, or was refused.
    if (isMarkedUnread || told.current.epoch !== epoch) told.current = { epoch, seq: 0 }
    if (!isReading || isMarkedUnread) return
    const tell = () => {
      const seq = seqInView() ?? 0
      if (seq <= told.current.seq) return
      told.current = { epoch, seq }
      handle.markRead(seq)
    }
    tell()
    return watch(tell)
  }, [handle, isReading, isMarkedUnread, timeline, epoch, seqInView, watch])
}

/**
 * Where the line above the new messages stands: behind the last message read when the room had caught up, or when the
 * window was left with everything read. It stays where it is while somebody reads, however much of it is read meanwhile, and
 * goes to what is marked unread, here or elsewhere: then the position goes back.
 */
export function useNewLine(view: RoomView, isCaughtUp: boolean): number | null {
  const isAttended = useAttention()
  const [line, setLine] = useState<number | null>(null)
  const [wasCaughtUp, setCaughtUp] = useState(false)
  const [wasAttended, setAttended] = useState(isAttended)
  const [wasRead, setRead] = useState(view.lastReadSeq)
  // Set while rendering, so that the first frame that shows the messages shows the line too.
  if (isCaughtUp && !wasCaughtUp) {
    setCaughtUp(true)
    if (view.unread > 0) setLine(view.lastReadSeq)
  }
  if (isAttended !== wasAttended) {
    setAttended(isAttended)
    if (!isAttended && isCaughtUp && view.unread === 0) setLine(view.continuity.seq)
  }
  if (view.lastReadSeq !== wasRead) {
    setRead(view.lastReadSeq)
    if (view.lastReadSeq < wasRead) setLine(view.lastReadSeq)
  }
  return line
}
