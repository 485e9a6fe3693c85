import type { RoomHandle } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

interface MakeOwnerDialogProps {
  readonly handle: RoomHandle
  readonly member: Member
  readonly onClose: () => void
}

/** Asks before somebody is made an owner: it takes their own will, or another owner's, to undo it. */
export function MakeOwnerDialog({ handle, member, onClose }: MakeOwnerDialogProps): ReactNode {
  const makeOwner = () => void handle.members.put(member.userId, 'owner').catch(notifyFailure)
  return (
    <ConfirmDialog
      title={`Make ${member.name} an owner?`}
      action="Make owner"
      icon="shield"
      onConfirm={makeOwner}
      onClose={onClose}
    >
      They can do all that you can: delete the room, and make you an admin or a member.
    </ConfirmDialog>
  )
}
