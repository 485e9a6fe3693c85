/** Moving through a timeline by keyboard: one tab stop, arrows between rows, Enter or ArrowRight into a row's controls. */

/** The rows, but for days and lines. */
export const ROW = '[role="listitem"][data-row]'
/** What can be pressed in a row. */
export const CONTROL = 'a[href], button'

type Move = (rows: readonly HTMLElement[], at: number) => number

/** How far PageUp and PageDown go, in rows. */
const PAGE = 10

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: (_, at) => at - 1,
  ArrowDown: (_, at) => at + 1,
  PageUp: (_, at) => at - PAGE,
  PageDown: (_, at) => at + PAGE,
  Home: () => 0,
  End: rows => rows.length - 1,
}

/** Handles `key` pressed at `target` inside `list`; true when it meant something here. */
export function moveFocus(list: HTMLElement, target: HTMLElement, key: string): boolean {
  const row = target.closest<HTMLElement>(ROW)
  if (row === null || !list.contains(row) || isTyping(target)) return false
  return target === row ? fromRow(list, row, key) : fromControl(row, target, key)
}

function fromRow(list: HTMLElement, row: HTMLElement, key: string): boolean {
  if (key === 'Enter' || key === 'ArrowRight') return focusOn(controlsOf(row)[0])
  const move = MOVES[key]
  if (move === undefined) return false
  const rows = [...list.querySelectorAll<HTMLElement>(ROW)]
  const next = Math.max(0, Math.min(rows.length - 1, move(rows, rows.indexOf(row))))
  return focusOn(rows[next])
}

function fromControl(row: HTMLElement, control: HTMLElement, key: string): boolean {
  if (key === 'Escape') return focusOn(row)
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return false
  const controls = controlsOf(row)
  const next = controls.indexOf(control) + step
  return focusOn(next < 0 ? row : controls[Math.min(next, controls.length - 1)])
}

function controlsOf(row: HTMLElement): readonly HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(CONTROL)]
}

function isTyping(target: HTMLElement): boolean {
  return target instanceof HTMLTextAreaElement || target.closest('form') !== null
}

function focusOn(element: HTMLElement | undefined): boolean {
  element?.focus()
  return element !== undefined
}
