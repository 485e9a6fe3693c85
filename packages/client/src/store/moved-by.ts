import type { RoomEvent } from '@holdfast/protocol'

/** Whom `event` makes a member, or one no longer; null: nobody. */
export function movedBy(event: RoomEvent): string | null {
  if (event.kind === 'member.joined') return event.member.userId
  return event.kind === 'member.left' ? event.userId : null
}
