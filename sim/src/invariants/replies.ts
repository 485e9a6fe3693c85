import type { Truth } from '../invariants.ts'
import type { SimWorld } from '../sim-world.ts'

/** LOG11, G14: what a message answers stands before it, in the same room, and stays what it answers whatever becomes of either. */
export function repliesComeBehind({ history }: SimWorld, { roomId, events, state }: Truth): void {
  const before = new Set<string>()
  const targets = new Map<string, string | null>()
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { id, replyTo } = event.message
    if (replyTo !== null && !before.has(replyTo))
      history.breach('LOG11', `${id} of ${roomId} answers ${replyTo}, which does not stand before it`)
    before.add(id)
    targets.set(id, replyTo)
  }
  for (const { id, replyTo } of state.messages) {
    const target = targets.get(id) ?? null
    if (replyTo !== target)
      history.breach('LOG11', `${id} of ${roomId} answers ${replyTo} now, and was written to answer ${target}`)
  }
}

/** LOG11, G14: a message answers what its writer answered. */
export function repliesAreAsWritten({ history }: SimWorld, { roomId, events }: Truth): void {
  const written = new Map<string, string | null>()
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { senderId, clientId, replyTo } = event.message
    written.set(`${senderId} ${clientId}`, replyTo)
  }
  for (const { userId, clientId, replyTo, ...sent } of history.sent) {
    const found = written.get(`${userId} ${clientId}`)
    if (sent.roomId !== roomId || found === undefined || found === replyTo) continue
    // Something else was sent under its name too.
    if (sent.isContested || sent.isLost) continue
    history.breach(
      'LOG11',
      `${clientId} of ${userId} answers ${found} in ${roomId}, and was written to answer ${replyTo}`,
    )
  }
}
