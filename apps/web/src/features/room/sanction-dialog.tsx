import type { RoomHandle, RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import type { Sanction } from './member-items.ts'

interface SanctionDialogProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  readonly sanction: Sanction
  readonly member: Member
  /** The member is out. */
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Asks before somebody is removed or banned. */
export function SanctionDialog({ handle, view, sanction, member, onDone, onClose }: SanctionDialogProps): ReactNode {
  const room = view.room?.name || 'this room'
  const common = { onClose, action: sanction === 'ban' ? 'Ban' : 'Remove' }
  if (sanction === 'ban') {
    const ban = () => void handle.members.ban(member.userId).then(onDone).catch(notifyFailure)
    return (
      <ConfirmDialog {...common} title={`Ban ${member.name} from ${room}?`} icon="ban" onConfirm={ban}>
        They are out at once, and can neither read the room nor come back.
      </ConfirmDialog>
    )
  }
  const remove = () => void handle.members.remove(member.userId).then(onDone).catch(notifyFailure)
  return (
    <ConfirmDialog {...common} title={`Remove ${member.name} from ${room}?`} icon="person-remove" onConfirm={remove}>
      {view.room?.type === 'public'
        ? 'They are out at once. They can read the room and join again.'
        : 'They are out at once, and only an owner or an admin can let them back in.'}
    </ConfirmDialog>
  )
}
