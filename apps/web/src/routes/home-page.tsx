import type { ReactNode } from 'react'
import { CreateRoomButton } from '../features/rooms/create-room-button.tsx'
import { PageTitle } from '../features/rooms/page-title.ts'
import { Empty } from '../ui/empty.tsx'
import { Mark } from '../ui/mark.tsx'

/** Beside the rooms while none is chosen. */
export function HomePage({ name }: { readonly name: string }): ReactNode {
  return (
    <Empty heading="h1" title={`Good to see you, ${name}`} art={<Mark className="hf-empty-mark" />}>
      <PageTitle page={null} />
      <p>Choose a room, join a public one, or make your own. Whatever happens to the connection, your place is kept.</p>
      <div className="hf-empty-actions">
        <CreateRoomButton look="primary">Make a room</CreateRoomButton>
      </div>
    </Empty>
  )
}
