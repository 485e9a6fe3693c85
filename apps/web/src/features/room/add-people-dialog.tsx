import type { RoomHandle, RoomView } from '@holdfast/client'
import { isUserId } from '@holdfast/protocol'
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PeopleCombobox } from './people-combobox.tsx'
import type { PersonOption } from './people-list.tsx'
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
  const { add, added, said, problem } = useAdd(handle)
  const query = text.trim()
  const inside = new Set([...view.members.map(member => member.userId), ...added])
  const people = usePeople(query, inside)
  const pick = (option: PersonOption) => {
    setText('')
    add(option.userId)
  }
  return (
    <Dialog title="Add people" onClose={onClose}>
      <div className="hf-form">
        <PeopleCombobox
          label="Name or user id"
          hint={hintOf(people, query)}
          text={text}
          options={optionsOf(people, query, inside)}
          isAmbiguous={people.isAmbiguous}
          onType={setText}
          onPick={pick}
        />
        <div className="hf-outcome">
          <p className="hf-added" role="status">
            {said}
          </p>
          <p className="hf-problem" role="alert">
            {problem}
          </p>
        </div>
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
