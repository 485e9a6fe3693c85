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
  const save = (words: string) => {
    onSave(words.trim() || null)
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save(text)
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
          onChange={event => {
            if (utf8Length(event.target.value) <= MAX_STATUS_BYTES) setText(event.target.value)
          }}
          autoComplete="off"
          data-autofocus
          placeholder="On the water until five"
          aria-describedby={`${id}-hint`}
        />
        <p className="hf-hint" id={`${id}-hint`}>
          It stands beside your name for everybody you share a room with.
        </p>
        <div className="hf-dialog-actions">
          {before === null ? (
            <Button onClick={onClose}>Cancel</Button>
          ) : (
            <Button onClick={() => save('')}>Clear</Button>
          )}
          <Button look="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
