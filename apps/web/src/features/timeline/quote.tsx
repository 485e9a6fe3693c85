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
  return (
    <button type="button" className="hf-quote" tabIndex={-1} onClick={() => jumpTo(messageId)}>
      <span className="hf-sr">{quoted === undefined ? 'Go to the ' : 'Go to the message by '}</span>
      <span className="hf-quote-author">{quoted === undefined ? 'Earlier message' : nameOf(quoted.senderId)}</span>
      <span className="hf-quote-text" dir="auto">
        {quoted === undefined ? 'Press to go there' : quotedText(quoted)}
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
