import { MAX_NAME_BYTES } from '@holdfast/protocol'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { PeopleList, type PersonOption } from './people-list.tsx'

interface PeopleComboboxProps {
  readonly label: string
  readonly hint: string
  readonly text: string
  readonly options: readonly PersonOption[]
  readonly isAmbiguous: (name: string) => boolean
  readonly onType: (text: string) => void
  readonly onPick: (option: PersonOption) => void
}

/** A field and the people that fit what is typed in it: arrows choose, Enter or a press takes. */
export function PeopleCombobox(props: PeopleComboboxProps): ReactNode {
  const { label, hint, text, options, isAmbiguous, onType, onPick } = props
  const [choice, setChoice] = useState<number | null>(null)
  const id = useId()
  // Enter takes the first name that fits; an id that nobody is known by is taken only when it was chosen.
  const active = choice ?? (text.trim() !== '' && options[0]?.kind === 'person' ? 0 : -1)
  const pick = (option: PersonOption | undefined) => {
    if (option === undefined) return
    setChoice(null)
    onPick(option)
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
    <>
      <label className="hf-label" htmlFor={id}>
        {label}
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
        onChange={event => {
          setChoice(null)
          onType(event.target.value)
        }}
        onKeyDown={onKeyDown}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={MAX_NAME_BYTES}
        data-autofocus
      />
      <p className="hf-hint" id={`${id}-hint`}>
        {hint}
      </p>
      <PeopleList id={id} options={options} active={active} isAmbiguous={isAmbiguous} onPick={pick} />
    </>
  )
}
