import { type Message, UNREAD_CAP } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { HistoryRequest, RoomLog } from '../log/room-log.ts'
import type { Counts } from './recent.ts'

/** Messages read at a time. */
const PAGE = 100
/** Pages that a recount reads. Somebody who is further behind is not recounted. */
const MAX_PAGES = 5

/**
 * What is unread to a person behind `lastReadSeq`, counted message by message: the plainest way there is, to hold others
 * against. Null when it cannot be told: too far behind, or not theirs to read.
 */
export async function recount(
  log: Pick<RoomLog, 'history'>,
  actor: Actor,
  roomId: string,
  lastReadSeq: number,
): Promise<Counts | null> {
  const unread: Message[] = []
  let from: HistoryRequest['from'] = { kind: 'after', seq: lastReadSeq }
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await log.history({ roomId, actor, limit: PAGE, from })
    if (!answer.ok) return null
    const { messages, nextCursor } = answer.value
    unread.push(...messages.filter(({ senderId, deletedAt }) => senderId !== actor.userId && deletedAt === null))
    if (nextCursor === null) {
      const mentions = unread.filter(message => message.mentions.includes(actor.userId))
      return { unread: Math.min(unread.length, UNREAD_CAP), mentions: Math.min(mentions.length, UNREAD_CAP) }
    }
    from = { kind: 'before', cursor: nextCursor }
  }
  return null
}
