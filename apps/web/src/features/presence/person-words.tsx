import type { PresenceUser } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { useMinute } from '../../ui/use-minute.ts'
import { customWords, presenceWords } from './presence-words.ts'
import { useSeen } from './use-seen.ts'

/** How available somebody is and what they say about it, whole as a tooltip where it is cut; nothing while nothing is known. */
export function PersonWords({ userId }: { readonly userId: string }): ReactNode {
  const person = useSeen(userId)
  return person === null ? null : <Words person={person} />
}

function Words({ person }: { readonly person: PresenceUser }): ReactNode {
  const state = presenceWords(person, useMinute())
  const custom = customWords(person)
  return (
    <span className="hf-person-words" title={custom === null ? state : `${state} · ${custom}`}>
      <span className="hf-person-state">{state}</span>
      {custom === null ? null : (
        <>
          <span className="hf-person-dash"> · </span>
          <bdi className="hf-person-custom">{custom}</bdi>
        </>
      )}
    </span>
  )
}
