import type { RoomHandle, RoomView } from '@holdfast/client'
import { canModerate, type Member } from '@holdfast/protocol'
import { usePresence } from '@holdfast/react'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { AddPeopleDialog } from './add-people-dialog.tsx'
import { type Grave, memberItems } from './member-items.ts'
import { MemberRow } from './member-row.tsx'
import { RoleDialog } from './role-dialog.tsx'
import { SanctionDialog } from './sanction-dialog.tsx'
import { useMessagePrivately } from './use-message-privately.ts'

interface MembersPanelProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  /** Myself as a member; null: reading a public room. */
  readonly self: Member | null
  readonly onClose: () => void
}

type Asked = { readonly kind: 'add' } | { readonly kind: Grave; readonly member: Member }

/** Who is in the room, and for each what can be done about them. */
export function MembersPanel({ handle, view, self, onClose }: MembersPanelProps): ReactNode {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const focusPanel = () => panel.current?.focus()
  useEffect(() => panel.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  const unnamed = view.memberCount - view.members.length
  const canAdd = view.room !== null && view.room.type !== 'direct' && canModerate(self?.role ?? null)
  const itemsFor = useItems({ handle, view, self }, setAsked)
  const closeDialog = useCallback(() => setAsked(null), [])
  return (
    <>
      <aside ref={panel} className="hf-panel" aria-labelledby={titleId} tabIndex={-1} onKeyDown={onKeyDown}>
        <header className="hf-panel-head">
          <h2 className="hf-panel-title" id={titleId}>
            Members
          </h2>
          <IconButton icon="close" label="Close members" onClick={onClose} />
        </header>
        {canAdd ? (
          <Button className="hf-panel-add" icon="person-add" onClick={() => setAsked({ kind: 'add' })}>
            Add people
          </Button>
        ) : null}
        <Watch people={view.members} />
        <ul className="hf-members">
          {view.members.map(member => (
            <MemberRow
              key={member.userId}
              member={member}
              isSelf={member.userId === self?.userId}
              itemsFor={itemsFor}
            />
          ))}
        </ul>
        {unnamed > 0 ? <p className="hf-side-note">and {unnamed} more</p> : null}
      </aside>
      <Question asked={asked} handle={handle} view={view} onOut={focusPanel} onClose={closeDialog} />
    </>
  )
}

interface QuestionProps extends Pick<MembersPanelProps, 'handle' | 'view' | 'onClose'> {
  readonly asked: Asked | null
  /** Somebody is out of the room. */
  readonly onOut: () => void
}

/** The dialog that is open, if one is. */
function Question({ asked, onOut, ...common }: QuestionProps): ReactNode {
  if (asked === null) return null
  switch (asked.kind) {
    case 'add':
      return <AddPeopleDialog {...common} />
    case 'make-owner':
      return <RoleDialog {...common} member={asked.member} to="owner" />
    case 'make-admin':
      return <RoleDialog {...common} member={asked.member} to="admin" />
    default:
      // The row that the focus came from goes with the member.
      return <SanctionDialog {...common} sanction={asked.kind} member={asked.member} onDone={onOut} />
  }
}

/** What can be done about somebody; the same function while the room and I are the same. */
function useItems({ handle, view, self }: Omit<MembersPanelProps, 'onClose'>, ask: (asked: Asked) => void) {
  const onMessage = useMessagePrivately()
  const { room, memberCount } = view
  return useCallback(
    (member: Member) => {
      const onAsk = (kind: Grave) => ask({ kind, member })
      return memberItems(member, { handle, view: { room, memberCount }, self, onMessage, onAsk })
    },
    [handle, room, memberCount, self, onMessage, ask],
  )
}

/**
 * Asks for the presence of `people`, of whom an open room tells nothing while they are away. A leaf, so that it renders alone
 * when they come and go.
 */
function Watch({ people }: { readonly people: readonly Member[] }): null {
  usePresence(people.map(({ userId }) => userId))
  return null
}
