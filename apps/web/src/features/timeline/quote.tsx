import type { Message } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { useTimelineTools } from './timeline-context.ts'

/** Most letters of a quoted message that are shown. */
const MAX_QUOTED = 200

/** The message that this one answers; pressing it goes there. `quoted` is undefined when it is not held. */
export function Quote({
  messageId,
  quoted,
}: {
  readonly messageId: string
  readonly quoted: Message | undefined
}): ReactNode {
  const { jumpTo, nameOf } = useTimelineTools()
  const author = quoted === undefined ? null : nameOf(quoted.senderId)
  return (
    <button
      type="button"
      className="hf-quote"
      tabIndex={-1}
      onClick={() => jumpTo(messageId)}
      aria-label={author === null ? 'Go to the earlier message' : `Go to the message by ${author}`}
    >
      {author === null ? null : <span className="hf-quote-author">{author}</span>}
      <span className="hf-quote-text" dir="auto">
        {quoted === undefined ? 'An earlier message' : quotedText(quoted)}
      </span>
    </button>
  )
}

/** As much of a message as stands in a quote. */
export function quotedText(message: Message): string {
  if (message.deletedAt !== null) return 'Message deleted'
  const letters = [...message.content]
  return letters.length <= MAX_QUOTED ? message.content : `${letters.slice(0, MAX_QUOTED).join('')}…`
}
