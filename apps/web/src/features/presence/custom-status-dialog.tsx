import { MAX_STATUS_BYTES, utf8Length } from '@holdfast/protocol'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

interface CustomStatusDialogProps {
  /** What is said now; null: nothing. */
  readonly before: string | null
  /** Null: nothing is said any more. */
  readonly onSave: (text: string | null) => void
  readonly onClose: () => void
}

/** What I say about myself, for everybody who shares a room with me. */
export function CustomStatusDialog({ before, onSave, onClose }: CustomStatusDialogProps): ReactNode {
  const [text, setText] = useState(before ?? '')
  const id = useId()
  const words = text.trim()
  const bytesOver = utf8Length(words) - MAX_STATUS_BYTES
  const isTooLong = bytesOver > 0
  const save = (said: string) => {
    onSave(said || null)
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isTooLong) save(words)
  }
  return (
    <Dialog title="What are you doing?" onClose={onClose}>
      <form className="hf-form" onSubmit={submit} noValidate>
        <label className="hf-label" htmlFor={id}>
          Your status
        </label>
        <input
          id={id}
          className="hf-input"
          dir="auto"
          value={text}
          onChange={event => setText(event.target.value)}
          autoComplete="off"
          data-autofocus
          placeholder="On the water until five"
          aria-invalid={isTooLong}
          aria-describedby={`${id}-hint ${id}-problem`}
        />
        <p className="hf-hint" id={`${id}-hint`}>
          It stands beside your name for everybody you share a room with.
        </p>
        <p className="hf-problem" id={`${id}-problem`} role="alert">
          {isTooLong ? `Your status is too long by ${byteWords(bytesOver)}.` : null}
        </p>
        <div className="hf-dialog-actions">
          {before === null ? null : (
            <Button className="hf-dialog-apart" onClick={() => save('')}>
              Clear
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={isTooLong}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function byteWords(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`
}
