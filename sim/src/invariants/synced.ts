import {
  type Cursor,
  emptyRoomState,
  type RoomEvent,
  type RoomState,
  reduce,
  type SyncAnswer,
} from '@holdfast/protocol'
import { type AnswerContext, pageIsOfAMember, pageIsTheLog } from './answers.ts'
import { differenceOf, sorted } from './same.ts'

/** Somebody who has asked over HTTP what has come to a room since they stood at `cursor`, and whom a rule about it tells. */
export interface SyncContext extends AnswerContext {
  readonly cursor: Cursor | null
}

/** What somebody holds of a room who reads it without a socket, and whether there are older messages than those. */
export interface Polled {
  readonly state: RoomState
  readonly hasMore: boolean
}

/** READ1, READ2, READ5: what is told goes on where whoever asks stands, in the same log, and leads to where it says that it ends. */
export function deltaFollows({ userId, roomId, cursor, breach }: SyncContext, answer: SyncAnswer): void {
  if (answer.kind === 'snapshot') return
  const { epoch, seq, events } = answer
  if (cursor === null) {
    breach('READ2', `${userId} was told events of ${roomId} before any snapshot`)
    return
  }
  if (cursor.epoch !== epoch)
    breach('READ5', `${userId} stood in the log ${cursor.epoch} of ${roomId}, and was told events of ${epoch}`)
  const seqs = events.map(event => event.seq)
  const isNext = seqs.every((each, i) => each === cursor.seq + 1 + i) && cursor.seq + seqs.length === seq
  if (!isNext)
    breach('READ1', `${userId} stood at ${cursor.seq} of ${roomId}, and was told ${seqs.join()} up to ${seq}`)
}

/** LOG8: nothing that was deleted by then is in what somebody reads of the log again; LOG7: nothing is that is not in the log. */
export function syncIsTheLog(context: SyncContext, answer: SyncAnswer): void {
  if (answer.kind === 'snapshot') {
    pageIsTheLog(context, answer)
    return
  }
  const { userId, roomId, ledger, breach } = context
  const room = ledger.room(roomId)
  if (room === undefined || room.epoch !== answer.epoch) return
  for (const event of answer.events) {
    const written = room.events[event.seq - 1]
    if (written?.kind !== event.kind || written.by !== event.by)
      breach('LOG7', `${userId} has read a ${event.kind} at ${event.seq} of ${roomId}, which is not in the log`)
    const { messageId, content } = shownBy(event)
    const deletedAt = room.deleted.get(messageId) ?? Number.POSITIVE_INFINITY
    if (deletedAt <= answer.seq && content !== '')
      breach('LOG8', `${userId} has read “${content}” at ${event.seq} of ${roomId}, deleted at ${deletedAt}`)
  }
}

/** READ4: whoever comes back now and then holds what the whole log comes to, as of that very seq. */
export function foldIsTheLog({ userId, roomId, ledger, breach }: SyncContext, _: SyncAnswer, now: Polled | null): void {
  const room = ledger.room(roomId)
  if (now === null || room === undefined || room.epoch !== now.state.epoch) return
  const { state, hasMore } = now
  const is = reduce(emptyRoomState(roomId, room.epoch), room.events.slice(0, state.seq))
  const rest = [whole(state), whole(is)]
  const difference = differenceOf(state.messages, is.messages, hasMore)
  if (difference !== null || rest[0] !== rest[1])
    breach('READ4', `${userId} holds ${roomId} as of ${state.seq} and ${difference ?? `shows ${rest.join(' for ')}`}`)
}

/** All of the above; `now`: what whoever asked holds behind it, null where another answer was faster. */
export const SYNC_RULES = [pageIsOfAMember, deltaFollows, syncIsTheLog, foldIsTheLog] as const

/** The message whose content an event tells, and the content. */
function shownBy(event: RoomEvent): { readonly messageId: string; readonly content: string } {
  if (event.kind === 'message.created') return { messageId: event.message.id, content: event.message.content }
  if (event.kind === 'message.edited') return event
  return { messageId: '', content: '' }
}

/** All of a room but its messages, as text. */
function whole({ room, members, memberCount }: RoomState): string {
  return sorted({ room, members: [...members.values()], memberCount })
}
