import type { InboxEntry, Message } from '@holdfast/protocol'
import type { Truth } from '../invariants.ts'
import type { SimDevice } from '../sim-device.ts'
import type { SimWorld } from '../sim-world.ts'
import { differenceOf } from './same.ts'

/** What is still to come of a rule, once all works again. */
export interface Pending {
  readonly rule: string
  readonly what: string
}

/** A rule about one device and one room, once all works again; null: it holds. */
export type RoomGoal = (world: SimWorld, device: SimDevice, truth: Truth) => Promise<Pending | null> | Pending | null

/** SDK4: everything that was written is sent, or was refused for good. */
export function nothingWaits(_world: SimWorld, device: SimDevice, { roomId }: Truth): Pending | null {
  const { timeline } = device.room(roomId).getSnapshot()
  const waits = timeline.find(entry => entry.kind === 'pending' && entry.status !== 'failed')
  if (waits?.kind !== 'pending') return null
  const why = waits.error?.message ?? JSON.stringify(device.client.connection.getSnapshot())
  return { rule: 'SDK4', what: `${device.name} in ${roomId}: ${waits.clientId} is ${waits.status} (${why})` }
}

/**
 * SDK4: of what is in the log nothing is left to be sent in the storage that it was sent from. What was refused for good since, because its
 * sender may not see the room any more, stands there as failed.
 */
export function nothingIsKept({ history }: SimWorld, { name, storage }: SimDevice, { roomId }: Truth): Pending | null {
  const kept = history.sent.find(
    sent =>
      sent.device === name && sent.roomId === roomId && sent.acked !== null && storage.sends(roomId, sent.clientId),
  )
  return kept === undefined ? null : { rule: 'SDK4', what: `${name} still keeps ${kept.clientId}, which is sent` }
}

/** GONE2: whoever may not read a room is shown nothing of it; READ4: everybody else is shown the log. */
export async function roomIsTheLog(world: SimWorld, device: SimDevice, truth: Truth): Promise<Pending | null> {
  const { roomId, state } = truth
  const view = device.room(roomId).getSnapshot()
  const where = `${device.name} in ${roomId}`
  if (!(await mayRead(world, device, roomId))) {
    const isShut = view.status === 'refused' || view.status === 'detached'
    if (!isShut) return { rule: 'GONE2', what: `${where}: is ${view.status}, but may not read it` }
    const isEmpty = view.room === null && messagesOf(device, roomId).length === 0
    return isEmpty ? null : { rule: 'GONE2', what: `${where}: still shows what it may not read` }
  }
  const pending = (what: string) => ({ rule: 'READ4', what: `${where}: ${what}` })
  if (view.status !== 'live') return pending(`is ${view.status} (${view.refusal?.code ?? view.detachCode ?? ''})`)
  const { epoch, seq } = view.continuity
  if (epoch !== state.epoch) return { rule: 'READ5', what: `${where}: shows the log ${epoch}, which is ${state.epoch}` }
  if (seq !== state.seq) return pending(`stands at ${seq} of ${state.seq}`)
  const difference = differenceOf(messagesOf(device, roomId), state.messages, view.hasMore)
  return difference === null ? null : pending(difference)
}

/** SIG1: nobody types for ever. */
export function nobodyTypes(_world: SimWorld, device: SimDevice, { roomId }: Truth): Pending | null {
  const { typing } = device.room(roomId).getSnapshot()
  if (typing.count === 0) return null
  return { rule: 'SIG1', what: `${device.name} in ${roomId}: ${typing.userIds.join()} type for ever` }
}

/** SIG3, SIG4: everybody in a room that one reads is shown as what they are. */
export async function peopleAreRight(world: SimWorld, device: SimDevice, truth: Truth): Promise<Pending | null> {
  const { roomId, state } = truth
  // Who is there is for members: whoever reads a public room without having joined is told of nobody.
  if (!state.members.has(device.userId) || !(await mayRead(world, device, roomId))) return null
  const { people } = device.client.presence.getSnapshot()
  const userIds = [...state.members.keys()]
  const views = await world.presence.read(userIds)
  for (const [i, userId] of userIds.entries()) {
    const is = (userId === device.userId ? views[i]?.own : views[i]?.shown)?.status
    const shown = people.get(userId)?.status ?? 'offline'
    if (shown === is) continue
    return { rule: 'SIG4', what: `${device.name} in ${roomId}: shows ${userId} as ${shown}, who is ${is}` }
  }
  return null
}

/** All of the above. */
export const ROOM_GOALS: readonly RoomGoal[] = [nothingWaits, nothingIsKept, roomIsTheLog, nobodyTypes, peopleAreRight]

/** What each part of a line of the list is the subject of. */
const LINE_RULES = {
  unread: 'SIG8',
  mentions: 'SIG8',
  lastReadSeq: 'SIG6',
  readRevision: 'SIG6',
  muted: 'SIG9',
  last: 'SIG9',
} as const

/** SIG6, SIG8, SIG9: the list of a person's rooms tells what the store does. */
export async function listIsRight({ store, rooms, history }: SimWorld, device: SimDevice): Promise<Pending | null> {
  const { client, userId, name } = device
  const { truth } = store
  const entries = await truth.inboxOf(userId, rooms)
  const shown = client.rooms.getSnapshot().rooms
  if (shown.length !== entries.length) {
    return { rule: 'SIG9', what: `${name}: lists ${shown.length} rooms of ${entries.length}` }
  }
  for (const entry of entries) {
    const line = shown.find(({ id }) => id === entry.roomId)
    if (line === undefined) return { rule: 'SIG9', what: `${name}: does not list ${entry.roomId}` }
    const [told, is] = [lineOf(line), lineOf(entry)]
    for (const part of Object.keys(LINE_RULES) as (keyof typeof LINE_RULES)[]) {
      if (told[part] === is[part]) continue
      if (LINE_RULES[part] !== 'SIG9' && history.lostJoinings.has(`${entry.roomId} ${userId}`)) continue
      const what = `${name}: lists ${entry.roomId} with ${part} ${told[part]} for ${is[part]}`
      return { rule: LINE_RULES[part], what }
    }
  }
  return null
}

/** What a line tells that must be right. */
function lineOf(
  line: Pick<InboxEntry, 'unread' | 'mentions' | 'lastReadSeq' | 'readRevision' | 'muted' | 'lastMessage'>,
) {
  const { unread, mentions, lastReadSeq, readRevision, muted, lastMessage } = line
  return { unread, mentions, lastReadSeq, readRevision, muted, last: `${lastMessage?.seq} ${lastMessage?.content}` }
}

async function mayRead({ store }: SimWorld, { userId }: SimDevice, roomId: string): Promise<boolean> {
  const access = await store.truth.access(roomId, { userId, name: userId, isAdmin: false })
  return access.ok
}

function messagesOf(device: SimDevice, roomId: string): readonly Message[] {
  const { timeline } = device.room(roomId).getSnapshot()
  return timeline.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))
}
