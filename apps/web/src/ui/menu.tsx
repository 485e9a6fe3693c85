import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { Icon, type IconName } from './icon.tsx'
import { IconButton } from './icon-button.tsx'
import { moveFocus } from './move-focus.ts'
import { placeBy } from './place-by.ts'
import { useDismissal } from './use-dismissal.ts'

/** One thing to do. */
export interface MenuItem {
  readonly label: string
  /** By name, or drawn by the caller. */
  readonly icon: IconName | ReactElement
  /** What comes of it, in a few words more. */
  readonly hint?: string
  /** Given: one of several of which one holds, and whether it is this one. */
  readonly isChecked?: boolean
  /** What takes something away. */
  readonly isDangerous?: boolean
  readonly onPick: () => void
}

/** Items that belong together. */
export interface MenuSection {
  /** What they have in common; null: nothing that needs to be said. */
  readonly title: string | null
  readonly items: readonly MenuItem[]
}

interface MenuButtonProps {
  /** What the menu is about. */
  readonly label: string
  readonly items: readonly MenuItem[]
}

/** A “⋯” that opens a menu. Without items there is no button. */
export function MenuButton({ label, items }: MenuButtonProps): ReactNode {
  const { buttonProps, menuProps, isOpen } = useMenu()
  if (items.length === 0) return null
  return (
    <>
      <IconButton {...buttonProps} icon="more" label={label} />
      {isOpen ? <Menu {...menuProps} label={label} sections={[{ title: null, items }]} /> : null}
    </>
  )
}

interface MenuState {
  readonly isOpen: boolean
  /** For the button that opens it. */
  readonly buttonProps: {
    readonly ref: RefObject<HTMLButtonElement | null>
    readonly 'aria-haspopup': 'menu'
    readonly 'aria-expanded': boolean
    readonly onClick: () => void
  }
  /** For the `Menu`, which is rendered while `isOpen`. */
  readonly menuProps: Pick<MenuProps, 'button' | 'onClose'>
}

/** A menu and the button that opens it. */
export function useMenu(): MenuState {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return {
    isOpen,
    buttonProps: { ref: button, 'aria-haspopup': 'menu', 'aria-expanded': isOpen, onClick: () => setOpen(!isOpen) },
    menuProps: { button, onClose: () => setOpen(false) },
  }
}

interface MenuProps {
  readonly label: string
  readonly sections: readonly MenuSection[]
  readonly button: RefObject<HTMLButtonElement | null>
  readonly onClose: () => void
}

/**
 * Stands in the browser's top layer, so that nothing that scrolls cuts it off. The focus goes into it, to what is checked
 * rather than to the first, and comes back to the button.
 */
export function Menu({ label, sections, button, onClose }: MenuProps): ReactNode {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (menu.current === null || button.current === null) return
    menu.current.showPopover()
    placeBy(menu.current, button.current)
    const items = menu.current.querySelectorAll<HTMLElement>('.hf-menu-item')
    const checked = [...items].find(item => item.matches('[aria-checked="true"]'))
    ;(checked ?? items[0])?.focus()
  }, [button])
  useDismissal(menu, button, onClose)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // What is around the menu has an Esc of its own.
    event.stopPropagation()
    if (event.key === 'Escape') button.current?.focus()
    if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else if (moveFocus(event.currentTarget, '.hf-menu-item', event.key)) event.preventDefault()
  }
  const pick = (item: MenuItem) => {
    // First back to the button: a dialog that the item opens will give the focus back to it.
    button.current?.focus()
    onClose()
    item.onPick()
  }
  return (
    <div ref={menu} popover="manual" role="menu" aria-label={label} className="hf-menu" onKeyDown={onKeyDown}>
      {sections.map(section => (
        <Section key={section.items[0]?.label} section={section} onPick={pick} />
      ))}
    </div>
  )
}

interface SectionProps {
  readonly section: MenuSection
  readonly onPick: (item: MenuItem) => void
}

function Section({ section: { title, items }, onPick }: SectionProps): ReactNode {
  const titleId = useId()
  const rows = items.map(item => <Item key={item.label} item={item} onPick={() => onPick(item)} />)
  if (title === null) return <div className="hf-menu-section">{rows}</div>
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div className="hf-menu-section" role="group" aria-labelledby={titleId}>
      <div className="hf-menu-title" id={titleId} role="presentation">
        {title}
      </div>
      {rows}
    </div>
  )
}

function Item({ item, onPick }: { readonly item: MenuItem; readonly onPick: () => void }): ReactNode {
  const { label, icon, hint, isChecked, isDangerous = false } = item
  return (
    <button
      type="button"
      {...(isChecked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': isChecked })}
      tabIndex={-1}
      className="hf-menu-item"
      data-dangerous={isDangerous}
      onClick={onPick}
    >
      {typeof icon === 'string' ? <Icon name={icon} /> : icon}
      <span className="hf-menu-words">
        {label}
        {hint === undefined ? null : <span className="hf-menu-hint">{hint}</span>}
      </span>
      {isChecked === true ? <Icon name="check" className="hf-menu-check" /> : null}
    </button>
  )
}
