import type { RoomHandle, RoomView } from '@holdfast/client'
import { canDeleteRoom, canModerate, type Member } from '@holdfast/protocol'
import { type ReactNode, useState } from 'react'
import { MenuButton, type MenuItem } from '../../ui/menu.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { DeleteRoomDialog } from './delete-room-dialog.tsx'
import { LeaveDialog } from './leave-dialog.tsx'
import { RoomSettingsDialog } from './room-settings-dialog.tsx'

interface RoomMenuProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  /** Myself as a member; null: reading a public room. */
  readonly self: Member | null
}

type Asked = 'settings' | 'leave' | 'delete'

/** What can be done with the room as a whole: what my role allows. */
export function RoomMenu({ handle, view, title, self }: RoomMenuProps): ReactNode {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { room } = view
  const close = () => setAsked(null)
  return (
    <>
      <MenuButton label="Room menu" items={itemsOf({ handle, view, self }, setAsked)} />
      {asked === 'settings' && room !== null ? (
        <RoomSettingsDialog handle={handle} room={room} onClose={close} />
      ) : null}
      {asked === 'leave' ? <LeaveDialog handle={handle} view={view} title={title} onClose={close} /> : null}
      {asked === 'delete' ? <DeleteRoomDialog handle={handle} title={title} onClose={close} /> : null}
    </>
  )
}

type Room = Pick<RoomMenuProps, 'handle' | 'view' | 'self'>

function itemsOf({ handle, view, self }: Room, ask: (asked: Asked) => void): readonly MenuItem[] {
  const { room, muted } = view
  if (room === null || self === null) return []
  const items: MenuItem[] = [
    {
      label: muted ? 'Unmute room' : 'Mute room',
      icon: muted ? 'bell' : 'bell-off',
      onPick: () => void handle.setMuted(!muted).catch(notifyFailure),
    },
  ]
  // A direct room is called by its people and is theirs alone.
  if (canModerate(self.role) && room.type !== 'direct') {
    items.push({ label: 'Room settings…', icon: 'settings', onPick: () => ask('settings') })
  }
  items.push({ label: 'Leave room…', icon: 'leave', onPick: () => ask('leave') })
  if (canDeleteRoom(self.role)) {
    items.push({ label: 'Delete room…', icon: 'trash', isDangerous: true, onPick: () => ask('delete') })
  }
  return items
}
