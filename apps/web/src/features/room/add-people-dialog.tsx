import type { RoomHandle, RoomView } from '@holdfast/client'
import { isUserId } from '@holdfast/protocol'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PeopleList, type PersonOption } from './people-list.tsx'
import { useAdd } from './use-add.ts'
import { type People, usePeople } from './use-people.ts'

interface AddPeopleDialogProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  readonly onClose: () => void
}

/** Finds people of my rooms by name and puts them into this one; or whoever has exactly the id that is typed. */
export function AddPeopleDialog({ handle, view, onClose }: AddPeopleDialogProps): ReactNode {
  const [text, setText] = useState('')
  const [choice, setChoice] = useState<number | null>(null)
  const { add, added, said, problem } = useAdd(handle)
  const query = text.trim()
  const inside = new Set([...view.members.map(member => member.userId), ...added])
  const people = usePeople(query, inside)
  const options = optionsOf(people, query, inside)
  // Enter takes the first name that fits; an id that nobody is known by is taken only when it was chosen.
  const active = choice ?? (query !== '' && options[0]?.kind === 'person' ? 0 : -1)
  const id = useId()
  const type = (words: string) => {
    setText(words)
    setChoice(null)
  }
  const pick = (option: PersonOption | undefined) => {
    if (option === undefined) return
    type('')
    add(option.userId)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Enter') pick(options[active])
    else if (step !== 0) setChoice(Math.max(0, Math.min(options.length - 1, active + step)))
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Add people" onClose={onClose}>
      <div className="hf-form">
        <label className="hf-label" htmlFor={id}>
          Name or user id
        </label>
        <input
          id={id}
          className="hf-input"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-autocomplete="list"
          aria-controls={options.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={options[active] === undefined ? undefined : `${id}-${active}`}
          aria-describedby={`${id}-hint`}
          value={text}
          onChange={event => type(event.target.value)}
          onKeyDown={onKeyDown}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={200}
          data-autofocus
        />
        <p className="hf-hint" id={`${id}-hint`}>
          {hintOf(people, query)}
        </p>
        <PeopleList id={id} options={options} active={active} isAmbiguous={people.isAmbiguous} onPick={pick} />
        <p className="hf-added" role="status">
          {said}
        </p>
        <p className="hf-problem" role="alert">
          {problem}
        </p>
        <div className="hf-dialog-actions">
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Dialog>
  )
}

function optionsOf({ found }: People, query: string, inside: ReadonlySet<string>): readonly PersonOption[] {
  const people = found.map((person): PersonOption => ({ kind: 'person', ...person }))
  const isNewId = isUserId(query) && !inside.has(query) && found.every(person => person.userId !== query)
  return isNewId ? [...people, { kind: 'id', userId: query }] : people
}

function hintOf({ found, more, isReading, hasFailed }: People, query: string): string {
  if (isReading) return 'Looking for the people of your rooms…'
  if (hasFailed) return 'The people of your rooms could not be read. A user id can still be added.'
  if (more > 0) return `${more} more. Type to narrow it down.`
  if (found.length > 0) return 'People of your rooms who are not in this one.'
  return query === ''
    ? 'Nobody else is in your rooms. You can add somebody by their user id.'
    : 'Nobody else of your rooms is called that.'
}
