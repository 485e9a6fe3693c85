import type { RoomListView } from '@holdfast/client'
import { useConnection, useHoldfast, useRooms } from '@holdfast/react'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { moveFocus } from '../../ui/move-focus.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { RoomLink } from './room-link.tsx'
import { useSteadyOrder } from './use-steady-order.ts'

/** Rooms shown at first, and more of them at each asking: a room that comes to the top moves all before it. */
const PAGE = 100

/** My rooms, newest activity first. */
export function RoomList({ currentId }: { readonly currentId: string | null }): ReactNode {
  const view = useRooms()
  const { rooms: list, userId } = useHoldfast()
  const isBeforeFirst = useConnection().state !== 'online' && userId === null
  if (view.rooms.length > 0) return <Rooms view={view} currentId={currentId} />
  if (view.error !== null) {
    return (
      <div className="hf-side-note">
        <p>Your rooms could not be read. They are safe; it is the way to them that is broken.</p>
        <Button icon="retry" onClick={() => list.refresh()}>
          Try again
        </Button>
      </div>
    )
  }
  if (view.loading || isBeforeFirst) return <Skeleton shape="rooms" rows={4} label="Loading your rooms" />
  return <p className="hf-side-note">You are in no room yet. Make one, or join one below.</p>
}

interface RoomsProps {
  readonly view: RoomListView
  readonly currentId: string | null
}

/** The order holds still while somebody is choosing; arrow keys go from room to room. */
function Rooms({ view, currentId }: RoomsProps): ReactNode {
  const { rooms: list } = useHoldfast()
  const element = useRef<HTMLUListElement>(null)
  const rooms = useSteadyOrder(view.rooms, element)
  const [shown, setShown] = useState(PAGE)
  const showMore = () => {
    setShown(shown + PAGE)
    if (rooms.length < shown + PAGE) void list.loadMore()
  }
  return (
    <>
      <ul
        ref={element}
        className="hf-rooms hf-rooms-mine"
        onKeyDown={event => {
          if (moveFocus(event.currentTarget, '.hf-room-link', event.key)) event.preventDefault()
        }}
      >
        {rooms.slice(0, shown).map(room => (
          <li key={room.id} className="hf-rooms-place">
            <RoomLink room={room} isCurrent={room.id === currentId} />
          </li>
        ))}
      </ul>
      {rooms.length > shown || view.hasMore ? (
        <Button aria-disabled={view.loading} onClick={showMore}>
          {view.loading ? 'Reading more rooms…' : 'Show more rooms'}
        </Button>
      ) : null}
      {view.error === null ? null : (
        <div className="hf-side-note" role="status">
          <p>This list could not be brought up to date.</p>
          <Button icon="retry" onClick={() => list.refresh()}>
            Try again
          </Button>
        </div>
      )}
    </>
  )
}
