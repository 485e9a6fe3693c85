import type { Evidence, Violation } from './evidence.ts'
import type { HistoryLine } from './history-lines.ts'
import type { RoomTruth } from './store-log.ts'

/** GONE1: after somebody's `member.left` nothing of the room with a higher seq reaches them. Who comes back reads what they missed. */
export function checkMembership({ rooms, lines }: Evidence): readonly Violation[] {
  return rooms.flatMap(room => {
    const left = leavings(room)
    return lines.flatMap(line => {
      const seq = left.get(line.userId)
      if (seq === undefined || !('roomId' in line) || line.roomId !== room.roomId) return []
      const reached = furthest(line)
      if (reached <= seq) return []
      return [{ rule: 'GONE1', what: `${line.device} was sent ${reached} of ${room.roomId}, having left at ${seq}` }]
    })
  })
}

/** Those who have left for good, and at which seq. */
function leavings({ events }: RoomTruth): ReadonlyMap<string, number> {
  const left = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'member.left') left.set(event.userId, event.seq)
    if (event.kind === 'member.joined') left.delete(event.member.userId)
  }
  return left
}

/** The highest seq that a line tells of. */
function furthest(line: HistoryLine): number {
  switch (line.what) {
    case 'events':
      return line.events.at(-1)?.seq ?? 0
    case 'snapshot':
    case 'live':
      return line.seq
    default:
      return 0
  }
}
