import type { PresenceUser } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { useMinute } from '../../ui/use-minute.ts'
import { lookOf, type PresenceLook, presenceWords } from './presence-words.ts'

/** How each look is drawn over a disc, on a grid of 12 units: so that nobody has to tell them apart by colour. */
const SHAPES: Readonly<Record<PresenceLook, string | null>> = {
  online: null,
  away: 'M6 2.25a3.75 3.75 0 0 1 0 7.5Z',
  busy: 'M3.5 6h5',
  offline: null,
}

/** A presence drawn: a full disc online, half a disc away, a bar busy, a ring offline. Decoration: words stand beside it. */
export function PresenceShape({ look }: { readonly look: PresenceLook }): ReactNode {
  const shape = SHAPES[look]
  return (
    <svg className="hf-presence" data-look={look} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <circle className="hf-presence-edge" cx="6" cy="6" r="6" />
      <circle className="hf-presence-disc" cx="6" cy="6" r="3.75" />
      {shape === null ? null : <path className="hf-presence-shape" d={shape} />}
    </svg>
  )
}

interface PresenceDotProps {
  /** Null: nothing is known, and nothing is shown. */
  readonly person: PresenceUser | null
}

/** Somebody's presence as a small shape, with its words for those who do not see it and as its tooltip. */
export function PresenceDot({ person }: PresenceDotProps): ReactNode {
  const now = useMinute()
  if (person === null) return null
  const words = presenceWords(person, now)
  return (
    <span className="hf-presence-dot" title={words}>
      <PresenceShape look={lookOf(person, now)} />
      <span className="hf-sr">{words}</span>
    </span>
  )
}
