import type { RoomHandle } from '@holdfast/client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ScrollController } from './scroll-controller.ts'
import { keepPlaces, recallPlaces } from './scroll-memory.ts'

/** How far down the view a row stands that was jumped to. */
const JUMP_FRACTION = 0.3

export interface Scroll {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  /** The end is in view and is being followed, as of the last render. */
  readonly isPinned: boolean
  /** The seq of the last message that is on the screen now, to half at least; null: there is none. */
  readonly seqInView: () => number | null
  /** Calls back whenever that may have changed without the list having changed. The answer ends it. */
  readonly watch: (listener: () => void) => () => void
  readonly toEnd: () => void
  /** Brings a row into view and the focus onto it. */
  readonly toRow: (row: HTMLElement) => void
}

/**
 * Binds a {@link ScrollController} to the list of `room`, which begins where the reader left it; `changed` is whatever changes
 * when the list does; `isCaughtUp` becomes true once.
 */
export function useScroll(room: RoomHandle, changed: unknown, isCaughtUp: boolean, onNearStart: () => void): Scroll {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const controller = useRef<ScrollController>(null)
  const isBack = useRef(false)
  const nearStart = useRef(onNearStart)
  const [watchers] = useState(() => new Set<() => void>())
  const [isPinned, setPinned] = useState(true)
  useEffect(() => {
    nearStart.current = onNearStart
  }, [onNearStart])
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return
    const started = new ScrollController(scroller.current, content.current, {
      onPinned: setPinned,
      onNearStart: () => nearStart.current(),
      onMoved: () => {
        for (const watcher of watchers) watcher()
      },
    })
    const stop = started.start(recallPlaces(room))
    controller.current = started
    isBack.current = !started.isPinned
    return () => {
      keepPlaces(room, started.places)
      stop()
    }
  }, [room, watchers])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changed` says when, not what
  useLayoutEffect(() => controller.current?.settle(), [changed])
  // Once, when the room has caught up: what is new is read from its beginning, but by whoever came back to older words.
  useLayoutEffect(() => {
    const line = isCaughtUp && !isBack.current ? content.current?.querySelector('[data-kind="new"]') : null
    if (line != null && scroller.current !== null && isAbove(line, scroller.current)) {
      controller.current?.toRow(line, JUMP_FRACTION)
    }
  }, [isCaughtUp])
  const seqInView = useCallback(() => seqOf(controller.current?.lastInView ?? null), [])
  const watch = useCallback(
    (listener: () => void) => {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    [watchers],
  )
  const toEnd = useCallback(() => controller.current?.toEnd(), [])
  const toRow = useCallback((row: HTMLElement) => {
    controller.current?.toRow(row, JUMP_FRACTION)
    row.focus({ preventScroll: true })
  }, [])
  return { scroller, content, isPinned, seqInView, watch, toEnd, toRow }
}

/** The seq of `row`, or where it has none yet since it waits to be sent, of the last one above it that has. */
function seqOf(row: HTMLElement | null): number | null {
  for (let at: Element | null = row; at !== null; at = at.previousElementSibling) {
    if (at instanceof HTMLElement && at.dataset.seq !== undefined) return Number(at.dataset.seq)
  }
  return null
}

function isAbove(element: Element, scroller: Element): boolean {
  return element.getBoundingClientRect().top < scroller.getBoundingClientRect().top
}
