import type { RoomEvent } from '@holdfast/protocol'
import type { LogCommand } from './command.ts'
import type { Outcome } from './outcome.ts'
import type { Published } from './published.ts'

/** What one batch tells of one room. */
interface RoomNews {
  readonly epoch: string
  readonly events: RoomEvent[]
  readonly reads: Map<string, number>
}

/**
 * What a committed batch tells: per room one message of all its new events, in order, and one of the positions read, so
 * that a room with a hundred sends in a batch costs its readers one frame.
 */
export function newsOf(batch: readonly LogCommand[], outcomes: readonly Outcome[]): readonly Published[] {
  const told: Published[] = []
  const rooms = new Map<string, RoomNews>()
  outcomes.forEach((outcome, i) => {
    const command = batch[i]
    if (!outcome.ok || command === undefined || outcome.roomId === '') return
    if (outcome.detail.kind === 'deleted') {
      tell(outcome.roomId, rooms, told)
      told.push({ kind: 'deleted', roomId: outcome.roomId })
      return
    }
    if (outcome.events.length > 0) newsFor(outcome, rooms).events.push(...outcome.events)
    if (outcome.detail.kind === 'read' && outcome.detail.moved) {
      newsFor(outcome, rooms).reads.set(command.actor.userId, outcome.detail.lastReadSeq)
    }
  })
  for (const roomId of [...rooms.keys()]) tell(roomId, rooms, told)
  return told
}

function newsFor(outcome: Outcome & { ok: true }, rooms: Map<string, RoomNews>): RoomNews {
  let news = rooms.get(outcome.roomId)
  if (news === undefined) {
    news = { epoch: outcome.epoch, events: [], reads: new Map() }
    rooms.set(outcome.roomId, news)
  }
  return news
}

function tell(roomId: string, rooms: Map<string, RoomNews>, told: Published[]): void {
  const news = rooms.get(roomId)
  if (news === undefined) return
  rooms.delete(roomId)
  if (news.events.length > 0) told.push({ kind: 'events', roomId, epoch: news.epoch, events: news.events })
  if (news.reads.size > 0) told.push({ kind: 'reads', roomId, reads: Object.fromEntries(news.reads) })
}
