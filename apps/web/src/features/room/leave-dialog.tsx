import type { RoomHandle, RoomView } from '@holdfast/client'
import { useHoldfast } from '@holdfast/react'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

interface LeaveDialogProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  readonly onClose: () => void
}

/** Asks before leaving: the way back into a private room is not in one's own hands. */
export function LeaveDialog({ handle, view, onClose }: LeaveDialogProps): ReactNode {
  const { rooms } = useHoldfast()
  const [, navigate] = useLocation()
  const leave = () => {
    onClose()
    handle
      .leave()
      .then(() => {
        navigate('/')
        return rooms.refresh()
      })
      .catch(notifyFailure)
  }
  return (
    <Dialog title={`Leave ${view.room?.name || 'this conversation'}?`} onClose={onClose}>
      <p className="hf-dialog-text">
        {view.room?.type === 'public'
          ? 'It goes from your list. You can join again at any time.'
          : 'It goes from your list, and only somebody inside can let you back in.'}
      </p>
      <div className="hf-dialog-actions">
        <Button onClick={onClose} data-autofocus>
          Stay
        </Button>
        <Button look="danger" icon="leave" onClick={leave}>
          Leave
        </Button>
      </div>
    </Dialog>
  )
}
