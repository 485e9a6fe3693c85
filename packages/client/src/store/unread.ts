import { type Message, UNREAD_CAP } from '@holdfast/protocol'

/** Messages of `messages` by others behind `lastReadSeq` that are not deleted, counted as far as the contract counts. */
export function countUnread(messages: readonly Message[], lastReadSeq: number, userId: string | null): number {
  return count(messages, lastReadSeq, userId, () => true)
}

/** Those among them that mention this person. */
export function countMentions(messages: readonly Message[], lastReadSeq: number, userId: string | null): number {
  return count(messages, lastReadSeq, userId, ({ mentions }) => userId !== null && mentions.includes(userId))
}

function count(
  messages: readonly Message[],
  lastReadSeq: number,
  userId: string | null,
  isCounted: (message: Message) => boolean,
): number {
  let found = 0
  for (let i = messages.length - 1; i >= 0 && found < UNREAD_CAP; i--) {
    const message = messages[i]
    if (message === undefined || message.seq <= lastReadSeq) break
    if (message.senderId !== userId && message.deletedAt === null && isCounted(message)) found++
  }
  return found
}
