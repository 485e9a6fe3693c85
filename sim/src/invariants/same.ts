import type { Message } from '@holdfast/protocol'

/** Where the messages held are not the latest of the log; all of them, when there are no older ones. */
export function differenceOf(held: readonly Message[], all: readonly Message[], hasMore: boolean): string | null {
  const latest = all.slice(all.length - held.length)
  if (!hasMore && held.length !== all.length) return `shows ${held.length} messages of ${all.length}`
  for (const [i, message] of latest.entries()) {
    if (canonical(message) !== canonical(held[i])) return `shows ${canonical(held[i])} for ${canonical(message)}`
  }
  return null
}

/** The order of reactions' keys tells nothing. */
function canonical(message: Message | undefined): string {
  if (message === undefined) return 'nothing'
  const reactions = Object.entries(message.reactions).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({ ...message, reactions })
}

/** As text in which the order of an object's keys tells nothing. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part === null || typeof part !== 'object' || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
}
