import { type RefObject, useEffect, useRef } from 'react'

/** Closes what floats when something else is pressed, and when what it stands by moves away from it. */
export function useDismissal(
  floating: RefObject<HTMLElement | null>,
  button: RefObject<HTMLElement | null>,
  onClose: () => void,
): void {
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  }, [onClose])
  useEffect(() => {
    const onPress = ({ target }: Event) => {
      const isInside = [floating, button].some(({ current }) => target instanceof Node && current?.contains(target))
      if (!isInside) close.current()
    }
    const onMove = ({ target }: Event) => {
      if (target instanceof Node && target !== floating.current && target.contains(button.current)) close.current()
    }
    const onResize = () => close.current()
    document.addEventListener('pointerdown', onPress)
    document.addEventListener('scroll', onMove, { capture: true, passive: true })
    window.addEventListener('resize', onResize)
    return () => {
      document.removeEventListener('pointerdown', onPress)
      document.removeEventListener('scroll', onMove, { capture: true })
      window.removeEventListener('resize', onResize)
    }
  }, [floating, button])
}
