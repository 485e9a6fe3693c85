import type { RoomView } from '@holdfast/client'
import type { ReactNode, RefObject } from 'react'
import { Link } from 'wouter'
import { Icon } from '../../ui/icon.tsx'
import { PersonWords } from '../presence/person-words.tsx'
import { memberWords } from '../rooms/discover.tsx'
import { RoomGlyph } from '../rooms/room-glyph.tsx'
import { useDirectPartner } from '../rooms/use-direct-people.ts'

interface RoomHeaderProps {
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  readonly titleId: string
  readonly isPanelOpen: boolean
  readonly membersButton: RefObject<HTMLButtonElement | null>
  readonly onTogglePanel: () => void
  /** What can be done with the room. */
  readonly menu: ReactNode
}

/** What room this is, who is in it, and what can be done with it. */
export function RoomHeader(props: RoomHeaderProps): ReactNode {
  const { view, title, titleId, isPanelOpen, membersButton, onTogglePanel, menu } = props
  const { room, memberCount } = view
  const partner = useDirectPartner(room)
  return (
    <header className="hf-room-head">
      <BackLink />
      {room === null ? null : <RoomGlyph room={room} />}
      <div className="hf-room-head-words">
        <div className="hf-room-title-line">
          <h1 className="hf-room-title" id={titleId} dir="auto">
            {title}
          </h1>
          {view.muted ? <MutedMark /> : null}
        </div>
        {partner === null ? (
          <p className="hf-room-topic" dir="auto">
            {room?.topic}
          </p>
        ) : (
          <p className="hf-room-topic">
            <PersonWords userId={partner.userId} />
          </p>
        )}
      </div>
      {room === null ? null : (
        <button
          ref={membersButton}
          type="button"
          className="hf-members-button"
          aria-expanded={isPanelOpen}
          aria-label={memberWords(memberCount)}
          title={memberWords(memberCount)}
          onClick={onTogglePanel}
        >
          <Icon name="people" />
          <span>{memberCount}</span>
        </button>
      )}
      {menu}
    </header>
  )
}

/** I do not wish to be called by what happens here. */
function MutedMark(): ReactNode {
  return (
    <span className="hf-muted-mark" title="Muted">
      <Icon name="bell-off" />
      <span className="hf-sr">Muted</span>
    </span>
  )
}

/** On a phone: back to the rooms. */
export function BackLink(): ReactNode {
  return (
    <Link href="/" className="hf-icon-button hf-back" aria-label="Back to rooms" title="Back to rooms">
      <Icon name="back" />
    </Link>
  )
}
