import type { Message } from '@holdfast/protocol'

/** Whom a message calls. One's own name in one's own message calls nobody. */
export function mentionedBy(message: Message): readonly string[] {
  return message.mentions.filter(userId => userId !== message.senderId)
}
