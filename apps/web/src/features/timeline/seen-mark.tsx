import type { Message } from '@holdfast/protocol'
import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { later } from '../../platform/browser.ts'
import { Icon } from '../../ui/icon.tsx'
import { placeBy } from '../../ui/place-by.ts'
import { seenWords } from './seen-words.ts'
import { useSeenBy } from './use-seen-by.ts'

/** How long the pointer rests before the names come, and how long it may be away before they go, in milliseconds. */
const REST_MS = 150

interface SeenMarkProps {
  readonly message: Message
  /** How many others have seen it; null: that is not known here, or there is but one other. */
  readonly count: number | null
  /** Whether the words are kept for those who do not see the ticks. */
  readonly quiet: boolean
}

/** Two ticks: somebody else has seen an own message. Who, is told while they are hovered, focused or pressed. */
export function SeenMark({ message, count, quiet }: SeenMarkProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const rest = useRef(() => {})
  const id = useId()
  const close = useCallback(() => setOpen(false), [])
  useEffect(() => () => rest.current(), [])
  const hover = (isOver: boolean) => (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') return
    rest.current()
    rest.current = later(() => setOpen(isOver || button.current === document.activeElement), REST_MS)
  }
  return (
    <span className="hf-seen" onPointerEnter={hover(true)} onPointerLeave={hover(false)}>
      <button
        ref={button}
        type="button"
        className="hf-delivery"
        data-status="seen"
        tabIndex={-1}
        aria-describedby={isOpen ? id : undefined}
        onFocus={() => setOpen(true)}
        onBlur={close}
        // Not every browser gives a pressed button the focus, and only who has it can lose it again.
        onClick={() => button.current?.focus()}
      >
        <Icon name="checks" />
        <span className={quiet ? 'hf-sr' : ''}>{count === null ? 'Seen' : `Seen by ${count}`}</span>
      </button>
      {isOpen ? <SeenBy id={id} message={message} button={button} onClose={close} /> : null}
    </span>
  )
}

interface SeenByProps {
  readonly id: string
  readonly message: Message
  readonly button: RefObject<HTMLButtonElement | null>
  readonly onClose: () => void
}

/** Who has seen it. In the browser's top layer, so that nothing that scrolls cuts it off; it goes with its button. */
function SeenBy({ id, message, button, onClose }: SeenByProps): ReactNode {
  const { names, count } = useSeenBy(message)
  const words = seenWords(names, count)
  const tip = useRef<HTMLSpanElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words have another size
  useLayoutEffect(() => {
    const place = () => {
      if (tip.current !== null && button.current !== null) placeBy(tip.current, button.current)
    }
    tip.current?.showPopover()
    place()
    document.addEventListener('scroll', place, { capture: true, passive: true })
    return () => document.removeEventListener('scroll', place, { capture: true })
  }, [button, words])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onClose()
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onClose])
  return (
    <span ref={tip} id={id} popover="manual" role="tooltip" className="hf-tip" dir="auto">
      {words}
    </span>
  )
}
