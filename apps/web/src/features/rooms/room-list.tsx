import type { RoomListEntry } from '@holdfast/protocol'
import { useConnection, useHoldfast, useRooms } from '@holdfast/react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { now } from '../../platform/browser.ts'
import { Button } from '../../ui/button.tsx'
import { shortTime } from '../../ui/dates.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { RoomGlyph } from './room-glyph.tsx'
import { useRoomTitle } from './room-title.ts'
import { UnreadBadge } from './unread-badge.tsx'

/** My rooms, newest activity first. */
export function RoomList({ currentId }: { readonly currentId: string | null }): ReactNode {
  const { rooms, loading, hasMore, error } = useRooms()
  const { rooms: list, userId } = useHoldfast()
  const isBeforeFirst = useConnection().state !== 'online' && userId === null
  if (rooms.length === 0) {
    const problem = error?.message ?? null
    return <NoRooms loading={loading || isBeforeFirst} error={problem} onRetry={() => list.refresh()} />
  }
  return (
    <>
      <ul className="hf-rooms">
        {rooms.map(room => (
          <li key={room.id}>
            <RoomLink room={room} isCurrent={room.id === currentId} />
          </li>
        ))}
      </ul>
      {hasMore ? <Button onClick={() => list.loadMore()}>Show more rooms</Button> : null}
    </>
  )
}

function RoomLink({ room, isCurrent }: { readonly room: RoomListEntry; readonly isCurrent: boolean }): ReactNode {
  const { lastMessage } = room
  const title = useRoomTitle(room)
  return (
    <Link
      href={`/rooms/${room.id}`}
      className="hf-room-link"
      data-unread={room.unread > 0}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <RoomGlyph room={room} />
      <span className="hf-room-link-words">
        <span className="hf-room-link-name" dir="auto">
          {title}
        </span>
        <span className="hf-room-link-last" dir="auto">
          {lastMessage === null ? 'No messages yet' : lastWords(lastMessage)}
        </span>
      </span>
      <span className="hf-room-link-side">
        {lastMessage === null ? null : (
          <time className="hf-room-link-time">{shortTime(lastMessage.createdAt, now())}</time>
        )}
        <UnreadBadge count={room.unread} />
      </span>
    </Link>
  )
}

function lastWords(message: NonNullable<RoomListEntry['lastMessage']>): string {
  return message.deletedAt === null ? `${message.senderName}: ${message.content}` : 'Message deleted'
}

interface NoRoomsProps {
  readonly loading: boolean
  readonly error: string | null
  readonly onRetry: () => void
}

function NoRooms({ loading, error, onRetry }: NoRoomsProps): ReactNode {
  if (error !== null) {
    return (
      <div className="hf-side-note">
        <p>Your rooms could not be read. They are safe; it is the way to them that is broken.</p>
        <Button icon="retry" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )
  }
  if (loading) return <Skeleton shape="rooms" rows={4} label="Loading your rooms" />
  return <p className="hf-side-note">You are in no room yet. Make one, or join one below.</p>
}
