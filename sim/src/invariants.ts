import { emptyRoomState, type Message, type RoomEvent, type RoomState, reduce, UNREAD_CAP } from '@holdfast/protocol'
import { repliesAreAsWritten, repliesComeBehind } from './invariants/replies.ts'
import type { SimWorld } from './sim-world.ts'

/** More events than any world has. */
const ALL = 1_000_000

/** A room's log as the store holds it, and its fold. */
export interface Truth {
  readonly roomId: string
  readonly events: readonly RoomEvent[]
  readonly state: RoomState
}

/** What the store holds of every room. */
export async function truthOf(world: SimWorld): Promise<readonly Truth[]> {
  return Promise.all(
    world.rooms.map(async roomId => {
      const head = await world.store.truth.head(roomId)
      const events = await world.store.truth.events(roomId, 0, ALL)
      return { roomId, events, state: reduce(emptyRoomState(roomId, head?.epoch ?? ''), events) }
    }),
  )
}

/** LOG1: seqs are 1, 2, 3, … */
export function logIsContiguous({ history }: SimWorld, { roomId, events }: Truth): void {
  const wrong = events.findIndex((event, i) => event.seq !== i + 1)
  if (wrong >= 0) history.breach('LOG1', `${roomId} has seq ${events[wrong]?.seq} in place ${wrong + 1}`)
}

/** LOG3: stamps follow the order of seqs. */
export function stampsFollowOrder({ history }: SimWorld, { roomId, events }: Truth): void {
  for (const [i, event] of events.entries()) {
    if (event.at >= (events[i - 1]?.at ?? 0)) continue
    history.breach('LOG3', `${roomId} has a stamp at ${event.seq} before the one before it`)
  }
}

/** DUR2: what was acknowledged is in the log, in the place that was told. */
export function acknowledgedIsThere({ history }: SimWorld, { roomId, state }: Truth): void {
  const bySeq = new Map(state.messages.map(message => [message.seq, message]))
  for (const { acked, clientId, userId, device, ...sent } of history.sent) {
    if (acked === null || sent.roomId !== roomId) continue
    const message = bySeq.get(acked.seq)
    const isIt = message?.id === acked.messageId && message.clientId === clientId && message.senderId === userId
    if (!isIt)
      history.breach('DUR2', `${device} was told that ${clientId} is ${acked.seq} of ${roomId}, which it is not`)
  }
}

/** SEND1: one message for each clientId of a sender. */
export function sentOnce({ history }: SimWorld, { roomId, state }: Truth): void {
  const seen = new Set<string>()
  for (const { senderId, clientId } of state.messages) {
    const name = `${senderId} ${clientId}`
    if (seen.has(name)) history.breach('SEND1', `${roomId} has ${name} twice`)
    seen.add(name)
  }
}

/** SEND1: what was acknowledged is what was written: no other content under the same clientId has taken its place. */
export function contentIsTheFirst({ history }: SimWorld, { roomId, events }: Truth): void {
  const written = new Map<string, string>()
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { senderId, clientId, content } = event.message
    written.set(`${senderId} ${clientId}`, content)
  }
  for (const { acked, userId, clientId, content, ...sent } of history.sent) {
    const found = written.get(`${userId} ${clientId}`) ?? ''
    if (acked === null || sent.isContested || sent.roomId !== roomId || found === '' || found === content) continue
    history.breach('SEND1', `${clientId} of ${userId} was acknowledged as “${content}”, and the log has “${found}”`)
  }
}

/** DUR10: what somebody wrote is in the log whole, whether or not they were told that it is there. */
export function writtenIsWhole({ history }: SimWorld, { roomId, events }: Truth): void {
  const sent = new Map(history.sent.map(each => [`${each.userId} ${each.clientId}`, each]))
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { senderId, clientId, content } = event.message
    const meant = sent.get(`${senderId} ${clientId}`)
    // One that was deleted is empty; where something else was sent under its name too, that may be what is there.
    if (meant === undefined || meant.content === content || content === '') continue
    if (meant.isContested || meant.isLost) continue
    history.breach('DUR10', `${roomId} has “${content}” at ${event.seq}, of which ${senderId} wrote “${meant.content}”`)
  }
}

/** SDK4, SEND2: what one device wrote is in the log in the order written. */
export function senderOrderIsKept({ history }: SimWorld, { roomId, state }: Truth): void {
  const seqs = new Map(state.messages.map(message => [`${message.senderId} ${message.clientId}`, message.seq]))
  const last = new Map<string, number>()
  for (const { device, userId, clientId, wasRetried, failed, ...sent } of history.sent) {
    const seq = seqs.get(`${userId} ${clientId}`)
    if (sent.roomId !== roomId || seq === undefined || wasRetried || failed !== null) continue
    const before = last.get(device) ?? 0
    if (seq < before)
      history.breach('SEND2', `${clientId} of ${device} is ${seq} of ${roomId}, behind it stands ${before}`)
    last.set(device, Math.max(before, seq))
  }
}

/** LOG7, G7: nothing was shown to anybody that is not in the log, in that very place. */
export function shownIsThere({ history }: SimWorld, { roomId, state }: Truth): void {
  const ids = new Map(state.messages.map(message => [`${roomId} ${state.epoch} ${message.seq}`, message.id]))
  for (const [place, { id, by }] of history.shown) {
    if (place.startsWith(`${roomId} `) && ids.get(place) !== id) {
      history.breach('LOG7', `${by} was shown ${id} at ${place}, where the log has ${ids.get(place) ?? 'nothing'}`)
    }
  }
}

/** SIG8: unread messages and mentions are those that a recount of the log finds, for everybody. */
export async function countsAreRecounted({ history, store }: SimWorld, { roomId, state }: Truth): Promise<void> {
  const log = store.truth
  for (const userId of state.members.keys()) {
    const [entry] = await log.inboxOf(userId, [roomId])
    if (entry === undefined) {
      history.breach('SIG8', `${userId} is a member of ${roomId}, which their list lacks`)
      continue
    }
    const isUnread = ({ seq, senderId, deletedAt }: Message) =>
      seq > entry.lastReadSeq && senderId !== userId && deletedAt === null
    const unread = state.messages.filter(isUnread)
    const mentions = unread.filter(message => message.mentions.includes(userId)).length
    const counted = [Math.min(unread.length, UNREAD_CAP), mentions].join()
    const told = [entry.unread, entry.mentions].join()
    if (told !== counted)
      history.breach('SIG8', `${userId} has ${told} unread and mentions in ${roomId}, not ${counted}`)
  }
}

/** SDK4, G22: what somebody wrote ends in the log or where they see it, unless the device lost it or they gave it up themselves. */
export function nothingVanishes({ history, devices }: SimWorld, { roomId, state }: Truth): void {
  const written = new Set(state.messages.map(({ senderId, clientId }) => `${senderId} ${clientId}`))
  for (const { device: name, userId, clientId, ...sent } of history.sent) {
    if (sent.roomId !== roomId || sent.failed !== null || sent.mayVanish || sent.isLost) continue
    if (written.has(`${userId} ${clientId}`)) continue
    const pages = devices
      .filter(device => name.startsWith(device.name))
      .flatMap(device => [device, device.tab ?? []].flat())
    const isShown = pages.some(page =>
      page
        .room(roomId)
        .getSnapshot()
        .timeline.some(entry => entry.kind === 'pending' && entry.clientId === clientId),
    )
    const isOutOfReach = pages.some(
      ({ storage, host }) => (storage.isBlocked || storage.isUnread || !host.isAwake) && storage.has(roomId, clientId),
    )
    if (!isShown && !isOutOfReach) history.breach('SDK4', `${clientId}, which ${name} wrote in ${roomId}, is nowhere`)
  }
}

/** All of the above, one after the other. */
export const SAFETY: readonly ((world: SimWorld, truth: Truth) => void | Promise<void>)[] = [
  logIsContiguous,
  stampsFollowOrder,
  acknowledgedIsThere,
  sentOnce,
  contentIsTheFirst,
  writtenIsWhole,
  repliesComeBehind,
  repliesAreAsWritten,
  senderOrderIsKept,
  shownIsThere,
  countsAreRecounted,
  nothingVanishes,
]
