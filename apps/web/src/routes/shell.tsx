import type { ReactNode } from 'react'
import { IdleWarning } from '../features/presence/idle-warning.tsx'
import { Notices } from '../ui/notices.tsx'
import { Sidebar } from './sidebar.tsx'

interface ShellProps {
  /** The room that is shown, or null on the start page. */
  readonly roomId: string | null
  readonly name: string
  readonly onSignOut: () => void
  readonly children: ReactNode
}

/** Rooms on one side, the room on the other; on a phone one at a time. */
export function Shell({ roomId, name, onSignOut, children }: ShellProps): ReactNode {
  return (
    <div className="hf-shell" data-pane={roomId === null ? 'list' : 'room'}>
      <a className="hf-skip" href="#main">
        Skip to the room
      </a>
      <Sidebar currentId={roomId} name={name} onSignOut={onSignOut} />
      <main className="hf-main" id="main" tabIndex={-1}>
        {children}
      </main>
      <Notices />
      <IdleWarning />
    </div>
  )
}
