import { type Message, UNREAD_CAP } from '@holdfast/protocol'

/** Unread messages, and those among them that mention this person. */
export interface UnreadCounts {
  readonly unread: number
  readonly mentions: number
}

export const NONE_UNREAD: UnreadCounts = { unread: 0, mentions: 0 }

/** What of `messages` is unread, by others, behind `lastReadSeq` and not deleted; counted on from `before`, without a cap. */
export function countUnread(
  messages: readonly Message[],
  lastReadSeq: number,
  userId: string | null,
  before = NONE_UNREAD,
): UnreadCounts {
  let { unread, mentions } = before
  for (const message of messages.slice(messages.findLastIndex(({ seq }) => seq <= lastReadSeq) + 1)) {
    if (message.senderId === userId || message.deletedAt !== null) continue
    unread++
    if (userId !== null && message.mentions.includes(userId)) mentions++
  }
  return { unread, mentions }
}

/** What of `all` is left beside `counted`. */
export function unreadBeside(all: UnreadCounts, counted: UnreadCounts): UnreadCounts {
  return {
    unread: Math.max(0, all.unread - counted.unread),
    mentions: Math.max(0, all.mentions - counted.mentions),
  }
}

/** Both together, as far as the contract counts. */
export function unreadInAll(a: UnreadCounts, b: UnreadCounts): UnreadCounts {
  return { unread: Math.min(UNREAD_CAP, a.unread + b.unread), mentions: Math.min(UNREAD_CAP, a.mentions + b.mentions) }
}
