import { type ReactNode, useEffect, useRef } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Acquaintance } from './people-search.ts'

/** Somebody to choose: a person who is known, or whoever has an id. */
export type PersonOption =
  | ({ readonly kind: 'person' } & Acquaintance)
  | { readonly kind: 'id'; readonly userId: string }

interface PeopleListProps {
  /** Of the combobox that leads this list. */
  readonly id: string
  readonly options: readonly PersonOption[]
  /** The one that Enter takes; -1: none. */
  readonly active: number
  readonly isAmbiguous: (name: string) => boolean
  readonly onPick: (option: PersonOption) => void
}

/** What a combobox offers. The focus stays in its field; the active option is scrolled into view. */
export function PeopleList({ id, options, active, isAmbiguous, onPick }: PeopleListProps): ReactNode {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active >= 0) list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  if (options.length === 0) return null
  return (
    <div
      ref={list}
      id={`${id}-list`}
      className="hf-options"
      role="listbox"
      aria-label="People"
      onMouseDown={event => event.preventDefault()}
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox, which keeps the focus
        <div
          key={`${option.kind} ${option.userId}`}
          id={`${id}-${index}`}
          className="hf-option"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onClick={() => onPick(option)}
        >
          {option.kind === 'person' ? (
            <PersonWords person={option} isAmbiguous={isAmbiguous(option.name)} />
          ) : (
            <>
              <span className="hf-avatar">
                <Icon name="person-add" />
              </span>
              <span className="hf-option-words">
                Add the user id <code className="hf-code">{option.userId}</code>
              </span>
            </>
          )}
        </div>
      ))}
    </div>
  )
}

/** People of the same name are told apart by their ids. */
function PersonWords({ person, isAmbiguous }: { readonly person: Acquaintance; readonly isAmbiguous: boolean }) {
  return (
    <>
      <Avatar id={person.userId} name={person.name} />
      <span className="hf-option-words" dir="auto">
        {person.name}
        {isAmbiguous ? <span className="hf-option-id">{person.userId}</span> : null}
      </span>
    </>
  )
}
