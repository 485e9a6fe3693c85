import type { RoomHandle } from '@holdfast/client'
import type { Message } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { quotedText } from './quote.tsx'

interface DeleteDialogProps {
  readonly handle: RoomHandle
  readonly message: Message
  readonly onClose: () => void
}

/** Asks before a message's words are gone for everyone. */
export function DeleteDialog({ handle, message, onClose }: DeleteDialogProps): ReactNode {
  const remove = () => {
    handle.delete(message.id).catch(notifyFailure)
    onClose()
  }
  return (
    <Dialog title="Delete this message?" onClose={onClose}>
      <blockquote className="hf-dialog-quote" dir="auto">
        {quotedText(message)}
      </blockquote>
      <p className="hf-dialog-text">Its words go for everyone, for good. Its place in the room stays.</p>
      <div className="hf-dialog-actions">
        <Button onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button look="danger" icon="trash" onClick={remove}>
          Delete
        </Button>
      </div>
    </Dialog>
  )
}
