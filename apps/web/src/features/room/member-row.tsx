import type { Member, Role } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { MenuButton, type MenuItem } from '../../ui/menu.tsx'
import { PersonAvatar } from '../presence/person-avatar.tsx'
import { PersonWords } from '../presence/person-words.tsx'

const ROLE_WORDS: Readonly<Record<Role, string | null>> = { owner: 'Owner', admin: 'Admin', member: null }

interface MemberRowProps {
  readonly member: Member
  readonly isSelf: boolean
  readonly items: readonly MenuItem[]
}

/** Somebody in the room, and what can be done about them. */
export function MemberRow({ member, isSelf, items }: MemberRowProps): ReactNode {
  const role = ROLE_WORDS[member.role]
  return (
    <li className="hf-member">
      {/* The words beside it say the same. */}
      <span className="hf-member-face" aria-hidden="true">
        <PersonAvatar id={member.userId} name={member.name} />
      </span>
      <span className="hf-member-words">
        <span className="hf-member-name">
          <bdi>{member.name}</bdi>
          {isSelf ? <span className="hf-member-you"> (you)</span> : null}
        </span>
        <PersonWords userId={member.userId} />
      </span>
      {role === null ? null : <span className="hf-member-role">{role}</span>}
      <MenuButton label={`Actions for ${member.name}`} items={items} />
    </li>
  )
}
