import type { RoomHandle } from '@holdfast/client'
import type { Room } from '@holdfast/protocol'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { SlowModeField } from './slow-mode-field.tsx'

interface RoomSettingsDialogProps {
  readonly handle: RoomHandle
  readonly room: Room
  readonly onClose: () => void
}

/** What an owner or an admin may change about a room. Only what was changed here is sent: the rest stays as others leave it. */
export function RoomSettingsDialog({ handle, room, onClose }: RoomSettingsDialogProps): ReactNode {
  const [before] = useState(room)
  const [name, setName] = useState(room.name)
  const [topic, setTopic] = useState(room.topic)
  const [slowModeMs, setSlowModeMs] = useState(room.slowModeMs)
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return setProblem('Give the room a name.')
    setProblem(null)
    handle.update(changesOf(before, { name: name.trim(), topic: topic.trim(), slowModeMs })).then(
      () => onClose(),
      (cause: unknown) => setProblem(failureWords(cause)),
    )
  }
  return (
    <Dialog title="Room settings" onClose={onClose}>
      <form className="hf-form" onSubmit={save} noValidate>
        <label className="hf-label" htmlFor={`${id}-name`}>
          Name
        </label>
        <input
          id={`${id}-name`}
          className="hf-input"
          value={name}
          onChange={event => setName(event.target.value)}
          autoComplete="off"
          data-autofocus
          aria-invalid={problem !== null && name.trim() === ''}
          aria-describedby={`${id}-problem`}
        />
        <label className="hf-label" htmlFor={`${id}-topic`}>
          Topic <span className="hf-optional">optional</span>
        </label>
        <input
          id={`${id}-topic`}
          className="hf-input"
          value={topic}
          onChange={event => setTopic(event.target.value)}
          autoComplete="off"
        />
        <SlowModeField beforeMs={before.slowModeMs} ms={slowModeMs} onChange={setSlowModeMs} />
        <p className="hf-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
        <div className="hf-dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Settings = Pick<Room, 'name' | 'topic' | 'slowModeMs'>

function changesOf(before: Settings, after: Settings): Partial<Settings> {
  return {
    ...(after.name !== before.name && { name: after.name }),
    ...(after.topic !== before.topic && { topic: after.topic }),
    ...(after.slowModeMs !== before.slowModeMs && { slowModeMs: after.slowModeMs }),
  }
}
