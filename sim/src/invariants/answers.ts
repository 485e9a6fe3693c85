import { type HistoryPage, parseJson } from '@holdfast/protocol'
import { type Ledger, wasMember } from '../ledger.ts'

/** Somebody who has read a room over HTTP, and whom a rule about it tells. */
export interface AnswerContext {
  readonly userId: string
  readonly roomId: string
  readonly ledger: Ledger
  breach(rule: string, what: string): void
}

/** A call for a page of history. Null: it is another one. */
export function roomOfPage(method: string, url: string): string | null {
  if (method !== 'GET') return null
  return /\/api\/rooms\/([\w-]+)\/messages(?:\?|$)/.exec(url)?.[1] ?? null
}

/** The page that is in an answer; null: the answer was cut, or is none. */
export function pageIn(text: string): HistoryPage | null {
  const parsed = parseJson(text)
  const page = parsed.ok ? Object(parsed.value) : {}
  return Array.isArray(page.messages) && typeof page.seq === 'number' ? page : null
}

/** GONE1: a page of a private room was read by somebody who was in it as of that very seq. */
export function pageIsOfAMember(
  { userId, roomId, ledger, breach }: AnswerContext,
  { epoch, seq }: Pick<HistoryPage, 'epoch' | 'seq'>,
): void {
  const room = ledger.room(roomId)
  if (room === undefined || room.epoch !== epoch || room.isPublic || wasMember(room, userId, seq)) return
  breach('GONE1', `${userId} has read history of ${roomId} as of ${seq}, and was no member then`)
}

/** LOG8: nothing that was deleted by then is in a page; LOG7: nothing is that is not in the log. */
export function pageIsTheLog(
  { userId, roomId, ledger, breach }: AnswerContext,
  page: Pick<HistoryPage, 'epoch' | 'seq' | 'messages'>,
): void {
  const room = ledger.room(roomId)
  if (room === undefined || room.epoch !== page.epoch) return
  for (const { id, seq, content } of page.messages) {
    const deletedAt = room.deleted.get(id) ?? Number.POSITIVE_INFINITY
    if (deletedAt <= page.seq && content !== '')
      breach('LOG8', `${userId} has read “${content}”, deleted at ${deletedAt}`)
    const event = room.events[seq - 1]
    const isThere = event?.kind === 'message.created' && event.message.id === id
    if (!isThere) breach('LOG7', `${userId} has read ${id} at ${seq} of ${roomId}, which is not in the log`)
  }
}

/** All of the above. */
export const PAGE_RULES = [pageIsOfAMember, pageIsTheLog] as const
