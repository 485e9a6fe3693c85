import type { ReactNode } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { PresenceDot } from './presence-dot.tsx'
import { useSeen } from './use-seen.ts'

interface PersonAvatarProps {
  readonly id: string
  readonly name: string
}

/**
 * Somebody's initials with their presence at the corner, as far as it is known: of whom an open room holds, or of whom a
 * `usePresence` asks for.
 */
export function PersonAvatar({ id, name }: PersonAvatarProps): ReactNode {
  const person = useSeen(id)
  return (
    <span className="hf-person">
      <Avatar id={id} name={name} />
      <PresenceDot person={person} />
    </span>
  )
}
