/**
 * Moves the focus among the elements of `container` that match `selector`, as an arrow key, Home or End asks for it; arrows go
 * round. False: the key means nothing here.
 */
export function moveFocus(container: HTMLElement, selector: string, key: string): boolean {
  const items = [...container.querySelectorAll<HTMLElement>(selector)]
  const at = items.findIndex(item => item.matches(':focus'))
  const moves: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
  const next = moves[key]
  if (next === undefined || items.length === 0) return false
  items.at(next % items.length)?.focus()
  return true
}
