import { type ReactNode, useId } from 'react'

interface SwitchProps {
  readonly label: string
  /** What it means, in a sentence or two. */
  readonly words: string
  readonly isOn: boolean
  /** Whether it is known how it stands; what is not known cannot be changed. */
  readonly isKnown: boolean
  readonly onChange: (isOn: boolean) => void
}

/** Something that is on or off, and takes effect at once. */
export function Switch({ label, words, isOn, isKnown, onChange }: SwitchProps): ReactNode {
  const id = useId()
  return (
    <div className="hf-switch-row">
      <label className="hf-switch-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="hf-switch"
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        disabled={!isKnown}
        onChange={event => onChange(event.target.checked)}
        aria-describedby={`${id}-words`}
      />
      <p className="hf-hint hf-switch-words" id={`${id}-words`}>
        {words}
      </p>
    </div>
  )
}
