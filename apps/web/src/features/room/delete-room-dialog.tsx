import type { RoomHandle } from '@holdfast/client'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { useGoHome } from './use-go-home.ts'

interface DeleteRoomDialogProps {
  readonly handle: RoomHandle
  /** What the room is called. */
  readonly title: string
  readonly onClose: () => void
}

/** Asks before a room is gone for everyone. */
export function DeleteRoomDialog({ handle, title, onClose }: DeleteRoomDialogProps): ReactNode {
  const goHome = useGoHome(handle.id)
  const remove = () => void handle.remove().then(goHome).catch(notifyFailure)
  return (
    <ConfirmDialog
      title={`Delete ${title}?`}
      action="Delete room"
      icon="trash"
      refusal="Keep it"
      onConfirm={remove}
      onClose={onClose}
    >
      It goes for everyone, with all that was said in it, for good.
    </ConfirmDialog>
  )
}
