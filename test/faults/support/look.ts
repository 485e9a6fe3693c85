import type { RoomView } from '@holdfast/client'
import type { Violation } from './evidence.ts'

/** What of a view must never be shown: a row twice, a message twice, rows out of order, or one beyond what is held. */
export function look(device: string, { id, timeline, continuity }: Pick<RoomView, 'id' | 'timeline' | 'continuity'>) {
  const found: Violation[] = []
  const keys = new Set<string>()
  const names = new Set<string>()
  let last = 0
  for (const entry of timeline) {
    const { clientId } = entry.kind === 'pending' ? entry : entry.message
    // Of messages by others this person's own clientIds are no repeat.
    const name = entry.kind === 'pending' || entry.own ? clientId : `${entry.message.senderId} ${clientId}`
    if (keys.has(entry.key)) found.push({ rule: 'READ1', what: `${device} shows a row of ${id} twice` })
    if (names.has(name)) found.push({ rule: 'SDK3', what: `${device} shows ${name} twice in ${id}` })
    keys.add(entry.key)
    names.add(name)
    if (entry.kind !== 'message') continue
    const { seq } = entry.message
    if (seq <= last) found.push({ rule: 'READ1', what: `${device} shows ${seq} of ${id} behind ${last}` })
    if (seq > continuity.seq)
      found.push({ rule: 'SDK2', what: `${device} shows ${seq} of ${id} beyond ${continuity.seq}` })
    last = seq
  }
  return found
}
