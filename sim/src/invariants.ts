import {
  emptyRoomState,
  type InboxEntry,
  type Message,
  type RoomEvent,
  type RoomState,
  reduce,
} from '@holdfast/protocol'
import type { SimDevice } from './sim-device.ts'
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

/** LOG1: seqs are 1, 2, 3, …; LOG3: stamps follow them. */
export function logIsContiguous({ history }: SimWorld, { roomId, events }: Truth): void {
  for (const [i, event] of events.entries()) {
    if (event.seq !== i + 1) {
      history.breach('LOG1', `${roomId} has seq ${event.seq} in place ${i + 1}`)
      return
    }
    if (event.at < (events[i - 1]?.at ?? 0))
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

/** All of the above, one after the other. */
export const SAFETY = [logIsContiguous, acknowledgedIsThere, sentOnce, senderOrderIsKept, shownIsThere] as const

/** READ10: what a device's list of rooms still tells wrongly; null: nothing. */
export async function listPendingOf(
  { store, rooms }: SimWorld,
  { client, userId, name }: SimDevice,
): Promise<string | null> {
  const { inboxOf } = store.truth
  const truth = await inboxOf.call(store.truth, userId, rooms)
  const shown = client.rooms.getSnapshot().rooms
  if (shown.length !== truth.length) return `${name}: lists ${shown.length} rooms of ${truth.length}`
  for (const entry of truth) {
    const line = shown.find(({ id }) => id === entry.roomId)
    if (line === undefined) return `${name}: does not list ${entry.roomId}`
    const told = lineOf(line)
    if (told !== lineOf(entry)) return `${name}: lists ${entry.roomId} as ${told} for ${lineOf(entry)}`
  }
  return null
}

/** What a line tells that must be right. */
function lineOf(
  line: Pick<InboxEntry, 'unread' | 'mentions' | 'lastReadSeq' | 'readRevision' | 'muted' | 'lastMessage'>,
) {
  const { unread, mentions, lastReadSeq, readRevision, muted, lastMessage } = line
  return JSON.stringify({
    unread,
    mentions,
    lastReadSeq,
    readRevision,
    muted,
    last: lastMessage?.seq,
    text: lastMessage?.content,
  })
}

/** What a device still tells wrongly of the people in a room that it reads: who types, and who is there; null: nothing. */
async function peoplePendingOf(
  { presence }: SimWorld,
  device: SimDevice,
  { roomId, state }: Truth,
): Promise<string | null> {
  const { typing } = device.room(roomId).getSnapshot()
  if (typing.count > 0) return `${device.name} in ${roomId}: ${typing.userIds.join()} type for ever`
  // Who is there is for members: whoever reads a public room without having joined is told of nobody.
  if (!state.members.has(device.userId)) return null
  const { people } = device.client.presence.getSnapshot()
  const userIds = [...state.members.keys()]
  const views = await presence.read(userIds)
  for (const [i, userId] of userIds.entries()) {
    const truth = (userId === device.userId ? views[i]?.own : views[i]?.shown)?.status
    const shown = people.get(userId)?.status ?? 'offline'
    if (shown !== truth) return `${device.name} in ${roomId}: shows ${userId} as ${shown}, who is ${truth}`
  }
  return null
}

/** READ4: what a device still lacks of what it must show of a room now that all is healed; null: nothing. */
export async function pendingOf(world: SimWorld, device: SimDevice, truth: Truth): Promise<string | null> {
  const { roomId, state } = truth
  const view = device.room(roomId).getSnapshot()
  const where = `${device.name} in ${roomId}`
  const waits = view.timeline.find(entry => entry.kind === 'pending' && entry.status !== 'failed')
  if (waits?.kind === 'pending')
    return `${where}: ${waits.clientId} is ${waits.status} (${waits.error?.message ?? connectionOf(device)})`
  const actor = { userId: device.userId, name: device.userId, isAdmin: false }
  const access = await world.store.truth.access(roomId, actor)
  if (!access.ok) {
    const isShut = view.status === 'refused' || view.status === 'detached'
    if (!isShut) return `${where}: is ${view.status}, but may not read it`
    return view.room === null && messagesOf(device, roomId).length === 0
      ? null
      : `${where}: still shows what it may not read`
  }
  if (view.status !== 'live') return `${where}: is ${view.status} (${view.refusal?.code ?? view.detachCode ?? ''})`
  if (view.continuity.seq !== state.seq) return `${where}: stands at ${view.continuity.seq} of ${state.seq}`
  const difference = differenceOf(where, messagesOf(device, roomId), state.messages, view.hasMore)
  return difference ?? peoplePendingOf(world, device, truth)
}

function connectionOf(device: SimDevice): string {
  return JSON.stringify(device.client.connection.getSnapshot())
}

function messagesOf(device: SimDevice, roomId: string): readonly Message[] {
  const { timeline } = device.room(roomId).getSnapshot()
  return timeline.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))
}

/** Where the messages held are not the latest of the log; all of them, when there are no older ones. */
function differenceOf(
  where: string,
  held: readonly Message[],
  all: readonly Message[],
  hasMore: boolean,
): string | null {
  const latest = all.slice(all.length - held.length)
  if (!hasMore && held.length !== all.length) return `${where}: shows ${held.length} messages of ${all.length}`
  for (const [i, message] of latest.entries()) {
    if (canonical(message) !== canonical(held[i]))
      return `${where}: shows ${canonical(held[i])} for ${canonical(message)}`
  }
  return null
}

/** The order of reactions' keys tells nothing. */
function canonical(message: Message | undefined): string {
  if (message === undefined) return 'nothing'
  const reactions = Object.entries(message.reactions).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({ ...message, reactions })
}
