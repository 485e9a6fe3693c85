import type { Message } from './contract.ts'
import type { Person } from './people.ts'
import { history } from './rooms.ts'

/** Protocol §4: unread is capped at 100. */
const UNREAD_CAP = 100

/** Every message of a room, read forward page by page. */
export async function allMessages(reader: Person, roomId: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const page = await history(reader, roomId, `?after=${messages.at(-1)?.seq ?? 0}&limit=100`)
    messages.push(...page.messages)
    if (page.messages.length < 100) return messages
  }
}

/** What the contract's words come to, counted one by one: others' messages behind the position that are not deleted. */
export function recount(
  messages: readonly Message[],
  userId: string,
  lastReadSeq: number,
): { unread: number; mentions: number } {
  const unread = messages.filter(
    message => message.seq > lastReadSeq && message.senderId !== userId && message.deletedAt === null,
  )
  const mentions = unread.filter(message => message.mentions.includes(userId))
  return { unread: Math.min(UNREAD_CAP, unread.length), mentions: Math.min(UNREAD_CAP, mentions.length) }
}
