import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { ConnectionBanner } from '../features/connection/connection-banner.tsx'
import { MyStatusButton } from '../features/presence/my-status-button.tsx'
import { CreateRoomButton } from '../features/rooms/create-room-button.tsx'
import { Discover } from '../features/rooms/discover.tsx'
import { RoomList } from '../features/rooms/room-list.tsx'
import { SignOutButton } from '../features/session/sign-out-button.tsx'
import { Mark } from '../ui/mark.tsx'

interface SidebarProps {
  readonly currentId: string | null
  readonly name: string
  readonly onSignOut: () => void
}

/** My rooms, public rooms, and who I am and how I am seen. */
export function Sidebar({ currentId, name, onSignOut }: SidebarProps): ReactNode {
  return (
    <nav className="hf-side" aria-label="Rooms">
      <header className="hf-side-head">
        <Link href="/" className="hf-brand" aria-label="Holdfast, start page">
          <Mark />
          <span className="hf-brand-name">Holdfast</span>
        </Link>
        <CreateRoomButton look="quiet">New room</CreateRoomButton>
      </header>
      {currentId === null ? <ConnectionBanner /> : null}
      <div className="hf-side-scroll">
        <section className="hf-side-section" aria-labelledby="hf-my-rooms">
          <h2 className="hf-side-title" id="hf-my-rooms">
            Your rooms
          </h2>
          <RoomList currentId={currentId} />
        </section>
        <Discover />
      </div>
      <footer className="hf-side-foot">
        <MyStatusButton name={name} />
        <SignOutButton onSignOut={onSignOut} />
      </footer>
    </nav>
  )
}
