import { assertNever, type HistoryPage, type Message } from '@holdfast/protocol'
import { formatHistory, parseHistory } from '../cursors.ts'
import type { RoomRow } from '../facts.ts'
import type { Answer, HistoryRequest } from '../room-log.ts'
import { newest } from './read-room.ts'
import type { ReadRows } from './rows.ts'

/**
 * A page of history, oldest first. `nextCursor` goes on in the page's own direction: to older messages, and with
 * `after` to newer ones; `hasMore` says whether there are any, and the two always agree. Both ends of a page are seqs,
 * which nothing ever moves, so that no message comes twice and none is skipped whatever is written meanwhile.
 */
export function historyPage(room: RoomRow, request: HistoryRequest, rows: ReadRows): Answer<HistoryPage> {
  const { from, limit } = request
  switch (from.kind) {
    case 'latest':
      return pageBefore(room, room.lastSeq + 1, limit, rows)
    case 'before': {
      const mark = parseHistory(from.cursor)
      if (mark === null) return refuse('bad_request', 'unable to read the page; its cursor is not one')
      const read = mark.direction === 'before' ? pageBefore : pageAfter
      return read(room, mark.seq, limit, rows)
    }
    case 'after':
      return pageAfter(room, from.seq, limit, rows)
    case 'around': {
      const message = rows.message(room, from.messageId)
      if (message === null) return refuse('not_found', 'unable to find the message; it is not in the room')
      return pageAround(room, message, limit, rows)
    }
    default:
      return assertNever(from)
  }
}

function pageBefore(room: RoomRow, before: number, limit: number, rows: ReadRows): Answer<HistoryPage> {
  const found = rows.messagesBefore(room, before, limit + 1)
  return pageOf(room, newest(found, limit), found.length > limit, 'before')
}

function pageAfter(room: RoomRow, after: number, limit: number, rows: ReadRows): Answer<HistoryPage> {
  const found = rows.messagesAfter(room, after, limit + 1)
  return pageOf(room, found.slice(0, limit), found.length > limit, 'after')
}

/** The message with half a page on either side; what one side lacks, the other gives. */
function pageAround(room: RoomRow, message: Message, limit: number, rows: ReadRows): Answer<HistoryPage> {
  const older = rows.messagesBefore(room, message.seq, limit)
  const newer = rows.messagesAfter(room, message.seq, limit)
  const others = limit - 1
  const half = Math.floor(others / 2)
  const newerCount = Math.min(newer.length, Math.max(others - half, others - older.length))
  const olderCount = Math.min(older.length, others - newerCount)
  const page = [...older.slice(older.length - olderCount), message, ...newer.slice(0, newerCount)]
  return pageOf(room, page, older.length > olderCount, 'before')
}

function pageOf(
  room: RoomRow,
  messages: readonly Message[],
  hasMore: boolean,
  direction: 'before' | 'after',
): Answer<HistoryPage> {
  const end = direction === 'before' ? messages[0] : messages.at(-1)
  const nextCursor = hasMore && end !== undefined ? formatHistory({ direction, seq: end.seq }) : null
  return { ok: true, value: { messages, nextCursor, hasMore, epoch: room.epoch, seq: room.lastSeq } }
}

function refuse(code: 'bad_request' | 'not_found', message: string): Answer<never> {
  return { ok: false, refusal: { code, message } }
}
