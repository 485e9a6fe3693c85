import type { MessageEntry, RoomView } from '@holdfast/client'
import { utf8Length } from '@holdfast/protocol'
import type { Composer as ComposerStore } from '@holdfast/react'
import { type FormEvent, type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId } from 'react'
import { isTouch } from '../../platform/browser.ts'
import { Icon } from '../../ui/icon.tsx'
import { ReplyBar } from './reply-bar.tsx'
import { isSubmitKey } from './submit-key.ts'

/** Room left is told once less than this share of the limit is left. */
const NEAR_LIMIT = 0.1

interface ComposerProps {
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  readonly composer: ComposerStore
  readonly field: RefObject<HTMLTextAreaElement | null>
  /** Largest message, in bytes. */
  readonly maxBytes: number
  /** Whether the cursor goes here as soon as the room is here; on a touch screen that would raise the keyboard. */
  readonly takesFocus: boolean
  /** Something is written, and not yet said. */
  readonly onWrite: () => void
}

/** Where messages are written. It works the same without a connection: what is sent waits. */
export function Composer(props: ComposerProps): ReactNode {
  const { view, title, composer, field, maxBytes, takesFocus, onWrite } = props
  const fieldId = useId()
  useEffect(() => {
    if (takesFocus && !isTouch()) field.current?.focus()
  }, [takesFocus, field])
  const bytesLeft = maxBytes - utf8Length(composer.text.trim())
  const canSend = composer.text.trim() !== '' && bytesLeft >= 0
  const send = () => {
    if (canSend) composer.send()
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!handleKey(event, composer, view, send)) return
    event.preventDefault()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  return (
    <form className="hf-composer" onSubmit={onSubmit}>
      {composer.replyTo === null ? null : <ReplyBar message={composer.replyTo} onCancel={composer.cancelReply} />}
      <div className="hf-composer-row">
        <label className="hf-sr" htmlFor={fieldId}>
          Message {title}
        </label>
        <textarea
          id={fieldId}
          ref={field}
          className="hf-composer-field"
          dir="auto"
          rows={1}
          placeholder={`Message ${title}`}
          value={composer.text}
          onChange={event => {
            onWrite()
            composer.setText(event.target.value)
          }}
          onBlur={composer.pause}
          onKeyDown={onKeyDown}
          aria-describedby={`${fieldId}-limit`}
          aria-invalid={bytesLeft < 0}
        />
        <button type="submit" className="hf-send" aria-label="Send" title="Send" aria-disabled={!canSend}>
          <Icon name="send" />
        </button>
      </div>
      <p className="hf-composer-limit" id={`${fieldId}-limit`} role="status">
        {limitWords(bytesLeft, maxBytes)}
      </p>
    </form>
  )
}

/** True when the key meant something to the composer. */
function handleKey(event: KeyboardEvent, composer: ComposerStore, view: RoomView, send: () => void): boolean {
  if (isSubmitKey(event)) {
    send()
    return true
  }
  if (event.key === 'Escape' && composer.replyTo !== null) {
    composer.cancelReply()
    return true
  }
  const last = event.key === 'ArrowUp' && composer.text === '' ? lastOwn(view) : undefined
  if (last === undefined) return false
  composer.startEdit(last.message)
  return true
}

/** The newest of one's own that can still be edited. */
function lastOwn({ timeline }: RoomView): MessageEntry | undefined {
  return timeline.findLast(
    (entry): entry is MessageEntry => entry.kind === 'message' && entry.own && entry.message.deletedAt === null,
  )
}

function limitWords(bytesLeft: number, maxBytes: number): string | null {
  if (bytesLeft < 0) return `This message is too long by ${-bytesLeft} bytes. Shorten it, or send it in parts.`
  return bytesLeft < maxBytes * NEAR_LIMIT ? `${bytesLeft} bytes left` : null
}
