import type { RoomView, TimelineEntry } from '@holdfast/client'

/** What somebody is called: as a member, or as they were when they wrote. Null: of the many in a large room not all are held. */
export function knownName(
  { members, timeline }: Pick<RoomView, 'members' | 'timeline'>,
  userId: string,
): string | null {
  return members.find(member => member.userId === userId)?.name ?? nameInTimeline(timeline, userId)
}

/** What somebody who need not be a member (any more) was called when they last wrote, or null. */
export function nameInTimeline(entries: readonly TimelineEntry[], userId: string): string | null {
  const entry = entries.findLast(candidate => candidate.kind === 'message' && candidate.message.senderId === userId)
  return entry?.kind === 'message' ? entry.message.senderName : null
}
