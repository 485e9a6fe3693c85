import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { ConnectionBanner } from '../features/connection/connection-banner.tsx'
import { CreateRoomDialog } from '../features/rooms/create-room-dialog.tsx'
import { Discover } from '../features/rooms/discover.tsx'
import { RoomList } from '../features/rooms/room-list.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Mark } from '../ui/mark.tsx'
import { ThemeToggle } from '../ui/theme-toggle.tsx'

interface SidebarProps {
  readonly currentId: string | null
  readonly name: string
  readonly onSignOut: () => void
}

/** My rooms, public rooms, and who I am. */
export function Sidebar({ currentId, name, onSignOut }: SidebarProps): ReactNode {
  const [isCreating, setCreating] = useState(false)
  return (
    <nav className="hf-side" aria-label="Rooms">
      <header className="hf-side-head">
        <Link href="/" className="hf-brand" aria-label="Holdfast, start page">
          <Mark />
          <span className="hf-brand-name">Holdfast</span>
        </Link>
        <Button icon="plus" onClick={() => setCreating(true)}>
          New room
        </Button>
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
        <Avatar id={name} name={name} />
        <span className="hf-side-name" dir="auto">
          {name}
        </span>
        <ThemeToggle />
        <IconButton icon="leave" label="Sign out" onClick={onSignOut} />
      </footer>
      {isCreating ? <CreateRoomDialog onClose={() => setCreating(false)} /> : null}
    </nav>
  )
}
