import { type HistoryPage, type RoomEvent, reduce } from '@holdfast/protocol'
import type { RoomData } from './room-data.ts'
import { countUnread, NONE_UNREAD, unreadBeside } from './unread.ts'

/**
 * `data` with a page of older messages before it; null when the page does not fit: it is of another log, or from before
 * the events that are known.
 *
 * A page is as of `page.seq`. What it shows is brought up to `data` by `known`, all events applied since `knownFrom`; what
 * of it is newer than `data` is left out, since it comes by itself.
 */
export function withPage(
  data: RoomData,
  page: HistoryPage,
  known: readonly RoomEvent[],
  knownFrom: number,
  userId: string | null,
): RoomData | null {
  const { state } = data
  if (page.epoch !== state.epoch || page.seq < knownFrom) return null
  const oldest = Math.min(state.messages[0]?.seq ?? Number.POSITIVE_INFINITY, state.seq + 1)
  const older = page.messages.filter(message => message.seq < oldest)
  const current = reduce({ ...state, seq: page.seq, messages: older }, known)
  // Folding also puts the messages created since behind the page; those are in `state` already.
  const messages = current.messages.slice(0, older.length).concat(state.messages)
  const { hasMore, nextCursor } = page
  const reaches = (older[0]?.seq ?? 0) <= data.lastReadSeq || !hasMore
  const below = reaches ? NONE_UNREAD : unreadBeside(data.below, countUnread(older, data.lastReadSeq, userId))
  const held = countUnread(messages, data.lastReadSeq, userId)
  const ahead =
    page.seq > state.seq ? new Map([...data.ahead, ...older.map(({ id }) => [id, page.seq] as const)]) : data.ahead
  return { ...data, state: { ...state, messages }, hasMore, nextCursor, below, held, ahead }
}
