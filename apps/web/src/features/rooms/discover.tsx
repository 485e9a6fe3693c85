import type { DiscoverPage } from '@holdfast/protocol'
import { useHoldfast } from '@holdfast/react'
import { type ReactNode, useId, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { RoomGlyph } from './room-glyph.tsx'
import { useDiscover } from './use-discover.ts'

/** Public rooms to look into and to join. */
export function Discover(): ReactNode {
  const [query, setQuery] = useState('')
  const { rooms, isKnown, hasFailed, refresh } = useDiscover(query)
  const fieldId = useId()
  return (
    <section className="hf-side-section" aria-labelledby={`${fieldId}-title`}>
      <h2 className="hf-side-title" id={`${fieldId}-title`}>
        Public rooms
      </h2>
      <label className="hf-sr" htmlFor={fieldId}>
        Find a public room
      </label>
      <input
        id={fieldId}
        className="hf-input hf-search"
        type="search"
        placeholder="Find a room"
        value={query}
        onChange={event => setQuery(event.target.value)}
      />
      {isKnown ? null : <Skeleton shape="rooms" rows={2} label="Looking for public rooms" />}
      {hasFailed ? (
        <div className="hf-side-note">
          <p>Public rooms could not be read.</p>
          <Button icon="retry" onClick={refresh}>
            Try again
          </Button>
        </div>
      ) : null}
      {isKnown && !hasFailed && rooms.length === 0 ? (
        <p className="hf-side-note">
          {query === '' ? 'There is no other public room.' : `No room is called “${query}”.`}
        </p>
      ) : null}
      <ul className="hf-rooms">
        {rooms.map(room => (
          <li key={room.id}>
            <DiscoveredRoom room={room} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function DiscoveredRoom({ room }: { readonly room: DiscoverPage['rooms'][number] }): ReactNode {
  const client = useHoldfast()
  const [, navigate] = useLocation()
  const join = () => {
    client
      .room(room.id)
      .join()
      .then(() => client.rooms.refresh())
      .then(() => navigate(`/rooms/${room.id}`))
      .catch(notifyFailure)
  }
  return (
    <div className="hf-found">
      <Link href={`/rooms/${room.id}`} className="hf-room-link">
        <RoomGlyph room={room} />
        <span className="hf-room-link-words">
          <span className="hf-room-link-name">
            <span className="hf-room-link-title" dir="auto">
              {room.name}
            </span>
          </span>
          <span className="hf-room-link-last">{memberWords(room.memberCount)}</span>
        </span>
      </Link>
      <Button className="hf-found-join" onClick={join} aria-label={`Join ${room.name}`}>
        Join
      </Button>
    </div>
  )
}

/** "1 member", "12 members". */
export function memberWords(count: number): string {
  return `${count} ${count === 1 ? 'member' : 'members'}`
}
