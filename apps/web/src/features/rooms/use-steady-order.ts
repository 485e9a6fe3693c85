import { type RefObject, useEffect, useState } from 'react'
import { later } from '../../platform/browser.ts'
import { steadied } from './steady-order.ts'

/** How long after a touch or a key somebody is taken to be choosing, in milliseconds. */
const CHOOSING_MS = 2_000

/** What shows that somebody is about to choose in a list. */
const SIGNS = ['wheel', 'keydown'] as const

/** What shows it, and where the pointer is. */
const POINTER_SIGNS = ['pointermove', 'pointerdown'] as const

/**
 * `items` in their order, but for as long as somebody is choosing in `list`: then in that in which they stood. A pointer that
 * rests on the list is choosing until it leaves, or until somebody types elsewhere; a finger and a key are for a moment.
 */
export function useSteadyOrder<T extends { readonly id: string }>(
  items: readonly T[],
  list: RefObject<HTMLElement | null>,
): readonly T[] {
  const [held, setHeld] = useState<readonly string[] | null>(null)
  const isChoosing = useIsChoosing(list)
  const order = held === null ? items : steadied(items, held)
  // Set while rendering, so that no frame shows the other order.
  if (isChoosing && held === null) setHeld(items.map(({ id }) => id))
  if (!isChoosing && held !== null) setHeld(null)
  return order
}

function useIsChoosing(list: RefObject<HTMLElement | null>): boolean {
  const [isChoosing, setChoosing] = useState(false)
  useEffect(() => (list.current === null ? undefined : watchChoosing(list.current, setChoosing)), [list])
  return isChoosing
}

/** Says when somebody begins and ends to choose in `list`; the answer ends it. */
function watchChoosing(list: HTMLElement, onChange: (isChoosing: boolean) => void): () => void {
  let cancel = () => {}
  let isOver = false
  const begin = () => {
    cancel()
    onChange(true)
    if (!isOver) cancel = later(end, CHOOSING_MS)
  }
  const end = () => {
    cancel()
    isOver = false
    onChange(false)
  }
  const point = ({ pointerType }: PointerEvent) => {
    isOver = pointerType !== 'touch'
    begin()
  }
  // A finger that is lifted leaves too: what it was about to do is not done yet.
  const leave = ({ pointerType }: PointerEvent) => {
    if (pointerType !== 'touch') end()
  }
  const type = ({ target }: KeyboardEvent) => {
    if (!(target instanceof Node && list.contains(target))) end()
  }
  for (const sign of SIGNS) list.addEventListener(sign, begin, { passive: true })
  for (const sign of POINTER_SIGNS) list.addEventListener(sign, point, { passive: true })
  list.addEventListener('pointerleave', leave)
  document.addEventListener('keydown', type, { passive: true })
  window.addEventListener('blur', end)
  return () => {
    cancel()
    for (const sign of SIGNS) list.removeEventListener(sign, begin)
    for (const sign of POINTER_SIGNS) list.removeEventListener(sign, point)
    list.removeEventListener('pointerleave', leave)
    document.removeEventListener('keydown', type)
    window.removeEventListener('blur', end)
  }
}
