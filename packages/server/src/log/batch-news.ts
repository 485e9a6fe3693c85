import type { RoomEvent } from '@holdfast/protocol'
import type { LogCommand } from './command.ts'
import type { Outcome, OutcomeDetail } from './outcome.ts'
import type { Published } from './published.ts'

type ReadDetail = Extract<OutcomeDetail, { kind: 'read' }>

/** What one batch tells of one room. */
interface RoomNews {
  readonly epoch: string
  readonly events: RoomEvent[]
  /** How far others see people to have read. */
  readonly reads: Map<string, number>
  /** How far people have read who do not show it, or who have shown more before. */
  readonly hidden: Map<string, number>
  /** The revisions of the positions of those who have marked messages unread. */
  readonly revisions: Map<string, number>
  /** Whose own line has changed. */
  readonly lines: Set<string>
}

/**
 * What a committed batch tells: per room one message of all its new events, in order, one of the positions read, so that a
 * room with a hundred sends in a batch costs its readers one frame, and one for each person whose own line has changed.
 *
 * The events come last: where they tell that somebody has left, nothing that follows tells of them, but who is banned. A ban of
 * somebody who is no member writes no event, so that those who follow the room's events have to be told apart.
 */
export function newsOf(batch: readonly LogCommand[], outcomes: readonly Outcome[]): readonly Published[] {
  const told: Published[] = []
  const bans: Published[] = []
  const rooms = new Map<string, RoomNews>()
  outcomes.forEach((outcome, i) => {
    const command = batch[i]
    if (!outcome.ok || command === undefined) return
    const { detail, roomId } = outcome
    const { userId } = command.actor
    if (command.kind === 'ban.put') bans.push({ kind: 'access', roomId, userId: command.userId, code: 'banned' })
    if (outcome.events.length > 0) addEvents(newsFor(outcome, rooms), outcome.events)
    if (detail.kind === 'deleted') {
      tell(roomId, rooms, told)
      told.push({ kind: 'deleted', roomId, members: detail.members })
    } else if (detail.kind === 'settings') {
      if (!detail.changed) return
      if (!detail.settings.readReceipts) for (const news of rooms.values()) hidePosition(news, userId)
      told.push({ kind: 'settings', userId, settings: detail.settings })
    } else if (detail.kind === 'notifications') {
      if (detail.changed) newsFor(outcome, rooms).lines.add(userId)
    } else if (detail.kind === 'read' && detail.moved) {
      addPosition(newsFor(outcome, rooms), command, detail)
    }
  })
  for (const roomId of [...rooms.keys()]) tell(roomId, rooms, told)
  return [...told, ...bans]
}

/** How far those had read who leave is told to nobody any more. */
function addEvents(news: RoomNews, events: readonly RoomEvent[]): void {
  news.events.push(...events)
  for (const event of events) {
    if (event.kind !== 'member.left') continue
    for (const told of [news.reads, news.hidden, news.revisions, news.lines]) told.delete(event.userId)
  }
}

/**
 * A position that was moved forward is told to all who may see it. What is shown is further only when messages were marked
 * unread again: then there is news for the person alone. It is behind where a person has read on while they did not show it.
 */
function addPosition(news: RoomNews, { kind, actor: { userId } }: LogCommand, detail: ReadDetail): void {
  const { lastReadSeq, readRevision, shownSeq } = detail
  news.hidden.delete(userId)
  if (kind === 'room.unread') news.lines.add(userId)
  else if (shownSeq !== null && shownSeq <= lastReadSeq) news.reads.set(userId, shownSeq)
  if (kind === 'room.unread' || shownSeq !== lastReadSeq) news.hidden.set(userId, lastReadSeq)
  if (readRevision > 0) news.revisions.set(userId, readRevision)
}

/** Somebody shows their position no more: what the batch has not told yet is for themselves alone. */
function hidePosition(news: RoomNews, userId: string): void {
  const seq = news.reads.get(userId)
  if (seq === undefined || !news.reads.delete(userId)) return
  if (!news.hidden.has(userId)) news.hidden.set(userId, seq)
}

function newsFor(outcome: Outcome & { ok: true }, rooms: Map<string, RoomNews>): RoomNews {
  let news = rooms.get(outcome.roomId)
  if (news === undefined) {
    const none = { reads: new Map(), hidden: new Map(), revisions: new Map(), lines: new Set<string>() }
    news = { epoch: outcome.epoch, events: [], ...none }
    rooms.set(outcome.roomId, news)
  }
  return news
}

function tell(roomId: string, rooms: Map<string, RoomNews>, told: Published[]): void {
  const news = rooms.get(roomId)
  if (news === undefined) return
  rooms.delete(roomId)
  for (const userId of news.lines) told.push({ kind: 'line', roomId, userId })
  if (news.reads.size + news.hidden.size > 0) told.push(readsOf(roomId, news))
  if (news.events.length > 0) told.push({ kind: 'events', roomId, epoch: news.epoch, events: news.events })
}

function readsOf(roomId: string, { reads, hidden, revisions }: RoomNews): Published {
  const told = { kind: 'reads', roomId, reads: Object.fromEntries(reads), hidden: Object.fromEntries(hidden) } as const
  return revisions.size === 0 ? told : { ...told, revisions: Object.fromEntries(revisions) }
}
