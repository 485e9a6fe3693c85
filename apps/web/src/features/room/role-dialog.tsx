import type { RoomHandle, RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import { type ReactNode, useEffect } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

interface RoleDialogProps {
  readonly handle: RoomHandle
  readonly view: Pick<RoomView, 'members' | 'memberCount'>
  readonly member: Member
  /** What they are to be: an owner, or an owner no longer but an admin. */
  readonly to: 'owner' | 'admin'
  readonly onClose: () => void
}

/** Asks before somebody is made an owner, or is no longer one. Nobody is asked about who has left: it would bring them back. */
export function RoleDialog({ handle, view, member, to, onClose }: RoleDialogProps): ReactNode {
  const isGone = hasLeft(view, member)
  useEffect(() => {
    if (isGone) onClose()
  }, [isGone, onClose])
  const put = () => void handle.members.put(member.userId, to).catch(notifyFailure)
  const common = { icon: 'shield', onConfirm: put, onClose } as const
  if (to === 'owner') {
    return (
      <ConfirmDialog {...common} title={`Make ${member.name} an owner?`} action="Make owner">
        They can do all that you can: delete the room, and make you an admin or a member.
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog {...common} title={`Make ${member.name} an admin?`} action="Make admin">
      They own the room no longer: they can neither delete it nor make owners or admins.
    </ConfirmDialog>
  )
}

/** Of a room that is too large to be held whole, somebody who is missing may merely stand outside of what is held. */
function hasLeft({ members, memberCount }: RoleDialogProps['view'], { userId }: Member): boolean {
  return members.length >= memberCount && members.every(held => held.userId !== userId)
}
