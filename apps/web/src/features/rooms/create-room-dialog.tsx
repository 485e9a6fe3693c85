import { useHoldfast } from '@holdfast/react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { RoomTypeField } from './room-type-field.tsx'

/** Makes a room and goes there. */
export function CreateRoomDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState('')
  const [topic, setTopic] = useState('')
  const [type, setType] = useState<'public' | 'private'>('public')
  const [problem, setProblem] = useState<string | null>(null)
  const fieldId = useId()
  const create = useCreate(setProblem, onClose)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create({ name: name.trim(), topic: topic.trim(), type })
  }
  return (
    <Dialog title="New room" onClose={onClose}>
      <form className="hf-form" onSubmit={submit} noValidate>
        <label className="hf-label" htmlFor={fieldId}>
          Name
        </label>
        <input
          id={fieldId}
          className="hf-input"
          value={name}
          onChange={event => setName(event.target.value)}
          autoComplete="off"
          data-autofocus
          placeholder="Harbour watch"
          aria-invalid={problem !== null}
          aria-describedby={`${fieldId}-problem`}
        />
        <label className="hf-label" htmlFor={`${fieldId}-topic`}>
          Topic <span className="hf-optional">optional</span>
        </label>
        <input
          id={`${fieldId}-topic`}
          className="hf-input"
          value={topic}
          onChange={event => setTopic(event.target.value)}
          autoComplete="off"
          placeholder="What it is about"
        />
        <RoomTypeField type={type} onChange={setType} />
        <p className="hf-problem" id={`${fieldId}-problem`} role="alert">
          {problem}
        </p>
        <div className="hf-dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            Create room
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface NewRoom {
  readonly name: string
  readonly topic: string
  readonly type: 'public' | 'private'
}

function useCreate(onProblem: (words: string | null) => void, onDone: () => void): (room: NewRoom) => void {
  const { rooms } = useHoldfast()
  const [, navigate] = useLocation()
  return ({ name, topic, type }) => {
    onProblem(name === '' ? 'Give the room a name.' : null)
    if (name === '') return
    rooms
      .create({ name, type, ...(topic !== '' && { topic }) })
      .then(room => {
        onDone()
        navigate(`/rooms/${room.id}`)
        return rooms.refresh()
      })
      .catch((cause: unknown) => onProblem(failureWords(cause)))
  }
}
