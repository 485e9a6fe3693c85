import type { Message, Room } from '@holdfast/protocol'

/** Most characters of a message that a line of the list is given: more than any width shows. */
const MOST = 200

/** What was said last in a room, on one line: "Ana: on my way", "You: thanks". Between two, only oneself is named. */
export function lastWords(message: Message, type: Room['type'], userId: string | null): string {
  if (message.deletedAt !== null) return 'Message deleted'
  const words = oneLine(message.content) || attachmentWords(message)
  if (message.type === 'system') return words
  if (message.senderId === userId) return `You: ${words}`
  return type === 'direct' ? words : `${message.senderName}: ${words}`
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
