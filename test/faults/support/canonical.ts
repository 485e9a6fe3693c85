import type { Message } from '@holdfast/protocol'

/** A message as text, the same for the same message: the order of reactions' keys tells nothing. */
export function canonical(message: Message): string {
  const reactions = Object.entries(message.reactions).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.entries({ ...message, reactions }).sort(([a], [b]) => (a < b ? -1 : 1)))
}
