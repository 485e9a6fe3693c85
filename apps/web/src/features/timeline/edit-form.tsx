import type { EditState } from '@holdfast/react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { isSubmitKey } from '../composer/submit-key.ts'
import { useTimelineTools } from './timeline-context.ts'

/** A message being edited, in its place. `onClose` gives the focus back. */
export function EditForm({ edit, onClose }: { readonly edit: EditState; readonly onClose: () => void }): ReactNode {
  const { composer } = useTimelineTools()
  const fieldId = useId()
  const field = useFocusAtEnd()
  const save = () => void composer.saveEdit().then(isDone => isDone && onClose())
  const cancel = () => {
    composer.cancelEdit()
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || isSubmitKey(event)) event.preventDefault()
    if (event.key === 'Escape') cancel()
    else if (isSubmitKey(event)) save()
  }
  return (
    <form
      className="hf-edit"
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <label className="hf-sr" htmlFor={fieldId}>
        Edit message
      </label>
      <textarea
        id={fieldId}
        ref={field}
        className="hf-input hf-edit-field"
        dir="auto"
        rows={1}
        value={edit.text}
        onChange={event => composer.setEditText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-describedby={`${fieldId}-problem`}
      />
      <div className="hf-edit-actions">
        <p className="hf-problem" id={`${fieldId}-problem`} role="alert">
          {edit.error}
        </p>
        <Button onClick={cancel}>Cancel</Button>
        <Button look="primary" type="submit" aria-disabled={edit.saving}>
          {edit.saving ? 'Saving…' : 'Save'}
        </Button>
      </div>
    </form>
  )
}

function useFocusAtEnd() {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const area = field.current
    area?.focus()
    area?.setSelectionRange(area.value.length, area.value.length)
  }, [])
  return field
}
