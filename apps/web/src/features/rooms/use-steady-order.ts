import { type RefObject, useEffect, useState } from 'react'
import { later } from '../../platform/browser.ts'
import { steadied } from './steady-order.ts'

/** How long after the last movement somebody is taken to be choosing, in milliseconds. */
const CHOOSING_MS = 2_000

/** What shows that somebody is about to choose in a list. */
const SIGNS = ['pointermove', 'pointerdown', 'wheel', 'keydown'] as const

/** `items` in their order, but for as long as somebody is choosing in `list`: then in that in which they stood. */
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
  useEffect(() => {
    const element = list.current
    if (element === null) return
    let cancel = () => {}
    const end = () => {
      cancel()
      setChoosing(false)
    }
    const begin = () => {
      cancel()
      setChoosing(true)
      cancel = later(end, CHOOSING_MS)
    }
    for (const sign of SIGNS) element.addEventListener(sign, begin, { passive: true })
    element.addEventListener('pointerleave', end)
    return () => {
      cancel()
      for (const sign of SIGNS) element.removeEventListener(sign, begin)
      element.removeEventListener('pointerleave', end)
    }
  }, [list])
  return isChoosing
}
