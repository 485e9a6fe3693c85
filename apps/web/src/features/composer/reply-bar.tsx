import type { Message } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.tsx'
import { IconButton } from '../../ui/icon-button.tsx'

/** Above the composer: which message the draft answers. */
export function ReplyBar({
  message,
  onCancel,
}: {
  readonly message: Message
  readonly onCancel: () => void
}): ReactNode {
  return (
    <div className="hf-reply-bar">
      <Icon name="reply" />
      <p className="hf-reply-bar-words">
        <span className="hf-reply-bar-to">Replying to {message.senderName}</span>
        <span className="hf-reply-bar-text" dir="auto">
          {message.content}
        </span>
      </p>
      <IconButton icon="close" label="Cancel reply" onClick={onCancel} />
    </div>
  )
}
