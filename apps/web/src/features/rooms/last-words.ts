import type { Message, Room } from '@holdfast/protocol'
import { shortName } from '../../ui/short-name.ts'

/** Most characters of a message that a line of the list is given: more than any width shows. */
const MOST = 200

/** Most letters of a sender's name: a line of the list is there for what was said. */
const MOST_OF_NAME = 16

/** What was said last, and by whom; null: nobody needs to be named. Two texts, since each may be written in a direction of its own. */
export interface LastWords {
  readonly by: string | null
  readonly words: string
}

/** What was said last in a room, on one line: by "Ana", by "You". Between two, only oneself is named. */
export function lastWords(message: Message, type: Room['type'], userId: string | null): LastWords {
  if (message.deletedAt !== null) return { by: null, words: 'Message deleted' }
  const words = oneLine(message.content) || attachmentWords(message)
  if (message.type === 'system') return { by: null, words }
  if (message.senderId === userId) return { by: 'You', words }
  return { by: type === 'direct' ? null : shortName(message.senderName, MOST_OF_NAME), words }
}

/** `text` on one line, as long as a line can be. */
export function oneLine(text: string): string {
  return [
    ...text
      .slice(0, 2 * MOST)
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  ]
    .slice(0, MOST)
    .join('')
}

function attachmentWords({ attachments }: Message): string {
  const [first] = attachments
  if (first === undefined) return ''
  return attachments.length === 1 ? first.name : `${first.name} and ${attachments.length - 1} more`
}
