import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { IconButton } from './icon-button.tsx'
import { placeBy } from './place-by.ts'

/** One thing to do. */
export interface MenuItem {
  readonly label: string
  readonly icon: IconName
  /** What takes something away. */
  readonly isDangerous?: boolean
  readonly onPick: () => void
}

interface MenuButtonProps {
  /** What the menu is about. */
  readonly label: string
  readonly items: readonly MenuItem[]
}

/** A “⋯” that opens a menu. Without items there is no button. The focus goes into the menu and comes back to the button. */
export function MenuButton({ label, items }: MenuButtonProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  if (items.length === 0) return null
  const close = () => setOpen(false)
  const pick = (item: MenuItem) => {
    // First back to the button: a dialog that the item opens will give the focus back to it.
    button.current?.focus()
    close()
    item.onPick()
  }
  return (
    <>
      <IconButton
        ref={button}
        icon="more"
        label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen ? <Menu label={label} items={items} button={button} onPick={pick} onClose={close} /> : null}
    </>
  )
}

interface MenuProps extends MenuButtonProps {
  readonly button: RefObject<HTMLButtonElement | null>
  readonly onPick: (item: MenuItem) => void
  readonly onClose: () => void
}

/** Stands in the browser's top layer, so that nothing that scrolls cuts it off. */
function Menu({ label, items, button, onPick, onClose }: MenuProps): ReactNode {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (menu.current === null || button.current === null) return
    menu.current.showPopover()
    placeBy(menu.current, button.current)
    menu.current.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
  }, [button])
  useDismissal(menu, button, onClose)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // What is around the menu has an Esc of its own.
    event.stopPropagation()
    if (event.key === 'Escape') button.current?.focus()
    if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else if (moveIn(event.currentTarget, event.key)) event.preventDefault()
  }
  return (
    <div ref={menu} popover="manual" role="menu" aria-label={label} className="hf-menu" onKeyDown={onKeyDown}>
      {items.map(item => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className="hf-menu-item"
          data-dangerous={item.isDangerous ?? false}
          onClick={() => onPick(item)}
        >
          <Icon name={item.icon} />
          {item.label}
        </button>
      ))}
    </div>
  )
}

/** Closes the menu when something else is pressed, and when what it stands by moves away from it. */
function useDismissal(
  menu: RefObject<HTMLElement | null>,
  button: RefObject<HTMLElement | null>,
  onClose: () => void,
): void {
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  }, [onClose])
  useEffect(() => {
    const onPress = ({ target }: Event) => {
      const isInside = [menu, button].some(({ current }) => target instanceof Node && current?.contains(target))
      if (!isInside) close.current()
    }
    const onMove = ({ target }: Event) => {
      if (target instanceof Node && target !== menu.current && target.contains(button.current)) close.current()
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
  }, [menu, button])
}

/** Arrows go round, Home and End to either end. */
function moveIn(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const at = items.findIndex(item => item.matches(':focus'))
  const moves: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
  const next = moves[key]
  if (next === undefined) return false
  items.at(next % items.length)?.focus()
  return true
}
