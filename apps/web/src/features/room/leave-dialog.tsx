import type { RoomHandle, RoomView } from '@holdfast/client'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { useGoHome } from './use-go-home.ts'

interface LeaveDialogProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  readonly onClose: () => void
}

/** Asks before leaving: the way back into a private room is not in one's own hands. */
export function LeaveDialog({ handle, view, title, onClose }: LeaveDialogProps): ReactNode {
  const goHome = useGoHome(handle.id)
  const leave = () => void handle.leave().then(goHome).catch(notifyFailure)
  return (
    <ConfirmDialog
      title={`Leave ${title}?`}
      action="Leave"
      icon="leave"
      refusal="Stay"
      onConfirm={leave}
      onClose={onClose}
    >
      {wordsFor(view)}
    </ConfirmDialog>
  )
}

function wordsFor({ room }: RoomView): string {
  if (room?.type === 'public') return 'It goes from your list. You can join again at any time.'
  if (room?.type === 'direct') return 'It goes from your list. Writing to each other privately again brings it back.'
  return 'It goes from your list, and only somebody inside can let you back in.'
}
