import { type ReactNode, useId } from 'react'
import { slowModes } from './slow-mode.ts'

interface SlowModeFieldProps {
  /** As the room has it, in milliseconds. */
  readonly beforeMs: number
  readonly ms: number
  readonly onChange: (ms: number) => void
}

/** How long a member waits between two messages. */
export function SlowModeField({ beforeMs, ms, onChange }: SlowModeFieldProps): ReactNode {
  const id = useId()
  return (
    <>
      <label className="hf-label" htmlFor={id}>
        Slow mode
      </label>
      <select
        id={id}
        className="hf-input hf-select"
        value={ms}
        onChange={event => onChange(Number(event.target.value))}
        aria-describedby={`${id}-hint`}
      >
        {slowModes(beforeMs).map(choice => (
          <option key={choice.ms} value={choice.ms}>
            {choice.words}
          </option>
        ))}
      </select>
      <p className="hf-hint" id={`${id}-hint`}>
        How long a member waits between two messages. Owners and admins do not.
      </p>
    </>
  )
}
