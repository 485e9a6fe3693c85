import type { RoomListEntry } from '@holdfast/protocol'
import { useDraft, useHoldfast } from '@holdfast/react'
import { memo, type ReactNode } from 'react'
import { Link } from 'wouter'
import { shortTime } from '../../ui/dates.ts'
import { Icon } from '../../ui/icon.tsx'
import { useMinute } from '../../ui/use-minute.ts'
import { KeptDraft } from '../composer/kept-draft.ts'
import { lastWords, oneLine } from './last-words.ts'
import { RoomGlyph } from './room-glyph.tsx'
import { useRoomTitle } from './room-title.ts'
import { MentionBadge, UnreadBadge } from './unread-badge.tsx'

interface RoomLinkProps {
  readonly room: RoomListEntry
  readonly isCurrent: boolean
}

/** One of my rooms: what it is called, what was said last, and what of it I have not read. Renders when that changes. */
export const RoomLink = memo(function RoomLink({ room, isCurrent }: RoomLinkProps): ReactNode {
  const { lastMessage, muted, unread, mentions } = room
  const title = useRoomTitle(room)
  const now = useMinute()
  return (
    <Link
      href={`/rooms/${room.id}`}
      className="hf-room-link"
      data-unread={unread > 0 && !muted}
      data-muted={muted}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <RoomGlyph room={room} />
      <span className="hf-room-link-words">
        <span className="hf-room-link-name">
          <span className="hf-room-link-title" dir="auto">
            {title}
          </span>
          {muted ? <Muted /> : null}
        </span>
        <KeptDraft roomId={room.id} />
        <LastLine room={room} isCurrent={isCurrent} />
      </span>
      <span className="hf-room-link-side">
        {lastMessage === null ? null : (
          <time className="hf-room-link-time" dateTime={new Date(lastMessage.createdAt).toISOString()}>
            {shortTime(lastMessage.createdAt, now)}
          </time>
        )}
        <span className="hf-room-link-badges">
          <MentionBadge count={mentions} />
          <UnreadBadge count={unread} isQuiet={muted} />
        </span>
      </span>
    </Link>
  )
})

function Muted(): ReactNode {
  return (
    <span className="hf-room-link-muted" title="Muted">
      <Icon name="bell-off" />
      <span className="hf-sr">Muted</span>
    </span>
  )
}

/** What I have begun to write there, else what was said last. In the room that is open the draft is seen as it is. */
function LastLine({ room, isCurrent }: RoomLinkProps): ReactNode {
  const { userId } = useHoldfast()
  const draft = oneLine(useDraft(room.id))
  if (draft !== '' && !isCurrent) {
    return <Line by={<span className="hf-room-link-draft">Draft</span>} words={draft} />
  }
  if (room.lastMessage === null) return <Line by={null} words="No messages yet" />
  const { by, words } = lastWords(room.lastMessage, room.type, userId)
  return <Line by={by === null ? null : <bdi>{by}</bdi>} words={words} />
}

/** The line runs as the app does; what somebody wrote runs, and is cut, as it is written. */
function Line({ by, words }: { readonly by: ReactNode; readonly words: string }): ReactNode {
  return (
    <span className="hf-room-link-last">
      {by === null ? null : <span className="hf-room-link-by">{by}: </span>}
      <span className="hf-room-link-text" dir="auto">
        {words}
      </span>
    </span>
  )
}
