import { type ReactNode, useId } from 'react'
import { Icon, type IconName } from '../../ui/icon.tsx'

type OpenTo = 'public' | 'private'

const CHOICES: readonly {
  readonly type: OpenTo
  readonly icon: IconName
  readonly title: string
  readonly words: string
}[] = [
  { type: 'public', icon: 'hash', title: 'Public', words: 'Anybody can find it, read it and join.' },
  { type: 'private', icon: 'lock', title: 'Private', words: 'Only those who are invited know of it.' },
]

interface RoomTypeFieldProps {
  readonly type: OpenTo
  readonly onChange: (type: OpenTo) => void
}

/** Who a new room is open to. */
export function RoomTypeField({ type, onChange }: RoomTypeFieldProps): ReactNode {
  const name = useId()
  return (
    <fieldset className="hf-choices">
      <legend className="hf-label">Open to</legend>
      {CHOICES.map(choice => (
        <label key={choice.type} className="hf-choice">
          <input
            className="hf-choice-dot"
            type="radio"
            name={name}
            checked={choice.type === type}
            onChange={() => onChange(choice.type)}
          />
          <Icon name={choice.icon} />
          <span>
            <span className="hf-choice-title">{choice.title}</span>
            <span className="hf-choice-words">{choice.words}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
