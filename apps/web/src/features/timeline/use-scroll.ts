import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ScrollController } from './scroll-controller.ts'

/** How far down the view a row stands that was jumped to. */
const JUMP_FRACTION = 0.3

export interface Scroll {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  /** The end is in view and is being followed. */
  readonly isPinned: boolean
  readonly toEnd: () => void
  /** Brings a row into view and the focus onto it. */
  readonly toRow: (row: HTMLElement) => void
}

/** Binds a {@link ScrollController} to a list; `changed` is whatever changes when the list does. */
export function useScroll(changed: unknown, onNearStart: () => void): Scroll {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const controller = useRef<ScrollController>(null)
  const nearStart = useRef(onNearStart)
  const [isPinned, setPinned] = useState(true)
  useEffect(() => {
    nearStart.current = onNearStart
  }, [onNearStart])
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return
    controller.current = new ScrollController(scroller.current, content.current, {
      onPinned: setPinned,
      onNearStart: () => nearStart.current(),
    })
    const stop = controller.current.start()
    const line = content.current.querySelector('[data-kind="new"]')
    if (line !== null && isAbove(line, scroller.current)) controller.current.toRow(line, JUMP_FRACTION)
    return stop
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changed` says when, not what
  useLayoutEffect(() => controller.current?.settle(), [changed])
  const toEnd = useCallback(() => controller.current?.toEnd(), [])
  const toRow = useCallback((row: HTMLElement) => {
    controller.current?.toRow(row, JUMP_FRACTION)
    row.focus({ preventScroll: true })
  }, [])
  return { scroller, content, isPinned, toEnd, toRow }
}

function isAbove(element: Element, scroller: Element): boolean {
  return element.getBoundingClientRect().top < scroller.getBoundingClientRect().top
}
