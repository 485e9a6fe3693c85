import type { Member, Role } from '@holdfast/protocol'
import { memo, type ReactNode } from 'react'
import { MenuButton, type MenuItem } from '../../ui/menu.tsx'
import { PersonAvatar } from '../presence/person-avatar.tsx'
import { PersonWords } from '../presence/person-words.tsx'

const ROLE_WORDS: Readonly<Record<Role, string | null>> = { owner: 'Owner', admin: 'Admin', member: null }

interface MemberRowProps {
  readonly member: Member
  readonly isSelf: boolean
  /** What can be done about somebody. The same function until that changes. */
  readonly itemsFor: (member: Member) => readonly MenuItem[]
}

/** Somebody in the room, and what can be done about them. Memoised: what happens in the room renders no member. */
export const MemberRow = memo(function MemberRow({ member, isSelf, itemsFor }: MemberRowProps): ReactNode {
  const role = ROLE_WORDS[member.role]
  return (
    <li className="hf-member">
      {/* The words beside it say the same. */}
      <span className="hf-member-face" aria-hidden="true">
        <PersonAvatar id={member.userId} name={member.name} />
      </span>
      <span className="hf-member-words">
        <span className="hf-member-line">
          <span className="hf-member-name" dir="auto" title={member.name}>
            {member.name}
          </span>
          {isSelf ? <span className="hf-member-note"> (you)</span> : null}
          {role === null ? null : <span className="hf-member-note hf-member-role"> {role}</span>}
        </span>
        <span className="hf-member-state">
          <PersonWords userId={member.userId} />
        </span>
      </span>
      <MenuButton label={`Actions for ${member.name}`} items={itemsFor(member)} />
    </li>
  )
})
