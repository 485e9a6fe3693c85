import { type Message, UNREAD_CAP } from '@holdfast/protocol'

/** Messages of `messages` by others behind `lastReadSeq` that are not deleted, counted as far as the contract counts. */
export function countUnread(messages: readonly Message[], lastReadSeq: number, userId: string | null): number {
  let count = 0
  for (let i = messages.length - 1; i >= 0 && count < UNREAD_CAP; i--) {
    const message = messages[i]
    if (message === undefined || message.seq <= lastReadSeq) break
    if (message.senderId !== userId && message.deletedAt === null) count++
  }
  return count
}
