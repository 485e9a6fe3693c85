/** Least distance of what floats from what it belongs to and from the window's edge, in pixels. */
const GAP_PX = 4

/** Puts `floating` (fixed in the window) under `button`, their ends in line; above it where there is no room below. */
export function placeBy(floating: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect()
  const { width, height } = floating.getBoundingClientRect()
  const below = at.bottom + GAP_PX
  const fitsBelow = below + height + GAP_PX <= window.innerHeight
  const top = fitsBelow ? below : Math.max(GAP_PX, at.top - GAP_PX - height)
  const left = Math.min(Math.max(GAP_PX, at.right - width), window.innerWidth - width - GAP_PX)
  floating.style.top = `${top}px`
  floating.style.left = `${left}px`
}
