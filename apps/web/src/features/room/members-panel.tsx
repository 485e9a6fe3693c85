import type { RoomView } from '@holdfast/client'
import type { Role } from '@holdfast/protocol'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/icon-button.tsx'

const ROLE_WORDS: Readonly<Record<Role, string | null>> = { owner: 'Owner', admin: 'Admin', member: null }

interface MembersPanelProps {
  readonly view: RoomView
  readonly onClose: () => void
}

/** Who is in the room. */
export function MembersPanel({ view, onClose }: MembersPanelProps): ReactNode {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  const unnamed = view.memberCount - view.members.length
  return (
    <aside ref={panel} className="hf-panel" aria-labelledby={titleId} tabIndex={-1} onKeyDown={onKeyDown}>
      <header className="hf-panel-head">
        <h2 className="hf-panel-title" id={titleId}>
          Members
        </h2>
        <IconButton icon="close" label="Close members" onClick={onClose} />
      </header>
      <ul className="hf-members">
        {view.members.map(member => (
          <li key={member.userId} className="hf-member">
            <Avatar id={member.userId} name={member.name} />
            <span className="hf-member-name" dir="auto">
              {member.name}
              {member.userId === view.me?.userId ? <span className="hf-member-you"> (you)</span> : null}
            </span>
            {ROLE_WORDS[member.role] === null ? null : (
              <span className="hf-member-role">{ROLE_WORDS[member.role]}</span>
            )}
          </li>
        ))}
      </ul>
      {unnamed > 0 ? <p className="hf-side-note">and {unnamed} more</p> : null}
    </aside>
  )
}
