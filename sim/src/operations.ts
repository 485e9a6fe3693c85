import type { RoomHandle, SendHandle, SendOptions } from '@holdfast/client'
import { assertNever, type Message } from '@holdfast/protocol'
import type { Sent } from './history.ts'
import type { OperationKind, Step } from './plan.ts'
import type { SimDevice } from './sim-device.ts'
import { type SimWorld, userName } from './sim-world.ts'

type OperationStep = Extract<Step, { readonly kind: OperationKind }>

/** Reactions that people choose from. */
const KEYS = ['+1', 'heart', 'eyes']

/** One operation, and what it is done with. */
interface Doing {
  readonly world: SimWorld
  readonly device: SimDevice
  readonly room: RoomHandle
  readonly roomId: string
  readonly pick: number
}

/** What people do only where they think that they may. */
const SPEAKING: ReadonlySet<OperationKind> = new Set(['send', 'mention', 'reply'])

/** Has a device do something, as its person would: through the SDK's public face. What the server refuses is no failure. */
export function operate(world: SimWorld, step: OperationStep): void {
  const first = world.devices[step.device]
  const chosen = world.rooms[step.room]
  // Where there is a second tab, some of what its person does is done in it.
  const device = (step.pick >>> 16) % 3 === 0 ? (first?.tab ?? first) : first
  if (device === undefined || chosen === undefined) return
  // Now and then somebody writes where nobody may hear them.
  const roomId = SPEAKING.has(step.kind) && step.pick % 8 > 0 ? placeToSpeak(world, device, chosen) : chosen
  if (roomId === null) return
  const doing = { world, device, roomId, room: device.room(roomId), pick: step.pick }
  device.host.run(() => {
    try {
      perform(step.kind, doing)?.catch(() => {})
    } catch (error) {
      world.history.breach('SDK1', `${step.kind} on ${device.name} threw ${String(error)}`)
    }
  })
}

function perform(kind: OperationKind, doing: Doing): Promise<unknown> | undefined {
  const { world, device, room, roomId, pick } = doing
  const other = userName(pick % world.plan.shape.users)
  switch (kind) {
    case 'send':
      send(doing, {})
      return
    case 'mention':
      send(doing, { mentions: [other] })
      return
    case 'reply':
      return reply(doing)
    case 'sendTwice':
      return sendAgain(doing)
    case 'edit':
      return onMessage(doing, true, ({ id }) =>
        room.edit(id, `edited ${pick}`, pick % 2 === 0 ? { mentions: [other] } : {}),
      )
    case 'delete':
      return onMessage(doing, pick % 3 !== 0, ({ id }) => room.delete(id))
    case 'react':
      return onMessage(doing, false, ({ id }) => room.react(id, keyOf(pick)))
    case 'unreact':
      return onMessage(doing, false, ({ id }) => room.unreact(id, keyOf(pick)))
    case 'pin':
      return onMessage(doing, false, ({ id }) => (pick % 2 === 0 ? room.pin(id) : room.unpin(id)))
    case 'read':
      room.markRead(pick % 3 === 0 ? pick % 50 : undefined)
      return
    case 'markUnread':
      return onMessage(doing, false, ({ seq }) => room.markUnread(seq))
    case 'join':
      return room.join()
    case 'leave':
      return room.leave()
    case 'kick':
      return room.members.remove(other)
    case 'ban':
      return room.members.ban(other)
    case 'unban':
      return room.members.unban(other)
    case 'add':
      return room.members.put(other)
    case 'mute':
      return room.members.mute(other)
    case 'unmute':
      return room.members.unmute(other)
    case 'slow':
      return room.update({ slowModeMs: (pick % 3) * 100 })
    case 'older':
      return room.loadOlder()
    case 'open':
      device.open(roomId)
      return
    case 'close':
      device.close(roomId)
      return
    case 'retry':
    case 'discard':
      return onFailed(doing, kind)
    case 'typing':
      room.typing()
      return
    case 'status':
      device.client.presence.setStatus(([null, 'away', 'busy', 'offline'] as const)[pick % 4] ?? null)
      return
    default:
      return assertNever(kind)
  }
}

/** The room that was chosen, or else the next in which the device shows its person as a member. Null: there is none. */
function placeToSpeak({ rooms }: SimWorld, device: SimDevice, chosen: string): string | null {
  const from = rooms.indexOf(chosen)
  const isIn = (roomId: string) => {
    const { status, members } = device.room(roomId).getSnapshot()
    return status !== 'refused' && status !== 'detached' && members.some(({ userId }) => userId === device.userId)
  }
  return [...rooms.slice(from), ...rooms.slice(0, from)].find(isIn) ?? null
}

function send({ world, device, room, roomId }: Doing, options: Pick<SendOptions, 'mentions' | 'replyTo'>): SendHandle {
  const { sent } = world.history
  const content = `${device.name} says ${sent.length}`
  const handle = room.send(content, options)
  const { clientId, acknowledged } = handle
  const { replyTo = null, mentions = [] } = options
  const { name, userId } = device
  const record: Sent = {
    ...{ device: name, userId, roomId, clientId, content, replyTo, mentions, order: sent.length },
    ...{ acked: null, failed: null, wasRetried: false, isContested: false, isLost: false, mayVanish: false },
  }
  sent.push(record)
  acknowledged.then(
    result => {
      world.history.acknowledged(record, result)
      world.coverage.saw('message taken')
      if (result.duplicate) world.coverage.saw('send that was there already')
    },
    (error: Error) => {
      record.failed = error.message
      world.coverage.saw('message refused for good')
    },
  )
  if (device.host.isSkewed) world.coverage.saw('written by a wrong clock')
  if (device.isTab) world.coverage.saw('written in a second tab')
  return handle
}

/** Mostly to one of the latest messages; but also to one that is deleted, to one that the device does not hold, and to one of another room. */
function reply(doing: Doing): undefined {
  const { world, room, roomId } = doing
  const answered = targetOf(doing)
  if (answered === null) return
  const { coverage } = world
  const isHeld = room.getSnapshot().timeline.some(entry => entry.kind === 'message' && entry.message.id === answered.id)
  const { acknowledged } = send(doing, { replyTo: answered.id })
  acknowledged.then(
    () => {
      coverage.saw('reply')
      if (!isHeld) coverage.saw('reply to what the device does not hold')
      if (world.store.ledger.room(roomId)?.deleted.has(answered.id)) coverage.saw('reply to what is deleted')
    },
    () => coverage.saw('reply refused'),
  )
}

/** What a reply is to; null: there is nothing yet. */
function targetOf({ world, room, roomId, pick }: Doing): Pick<Message, 'id'> | null {
  const { timeline } = room.getSnapshot()
  const held = timeline.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))
  const written = (id: string) =>
    (world.store.ledger.room(id)?.events ?? []).flatMap(event =>
      event.kind === 'message.created' ? [event.message] : [],
    )
  const latest = held.at(-1 - (pick % Math.max(1, Math.min(held.length, 6)))) ?? null
  switch ((pick >>> 4) % 8) {
    case 0:
      return held.findLast(({ deletedAt }) => deletedAt !== null) ?? latest
    case 1:
      return written(roomId)[0] ?? null
    case 2:
      return world.rooms.flatMap(id => (id === roomId ? [] : written(id)))[0] ?? latest
    default:
      return latest
  }
}

/** The same message once more by another way, as a proxy that repeats a request would, or a second tab. */
async function sendAgain({ world, device, roomId, pick }: Doing): Promise<void> {
  const own = world.history.sent.filter(sent => sent.userId === device.userId && sent.roomId === roomId)
  const sent = own[pick % Math.max(1, own.length)]
  const node = world.network.pick()
  if (sent === undefined || node === null) return
  const { clientId, replyTo, mentions } = sent
  const isOther = pick % 5 === 0
  // It may overtake what waits in the outbox: that is no fault of the outbox.
  sent.wasRetried = true
  // Nobody may ever hear whether this was first.
  if (isOther && sent.acked === null) sent.isContested = true
  const token = await device.token()
  const response = await node.fetch(`http://sim/api/rooms/${roomId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId, content: isOther ? 'something else' : sent.content, replyTo, mentions }),
  })
  const isConflict = response.status === 409
  if (isConflict) world.coverage.saw('clientId used for another message')
  if (isOther && response.status === 201) sent.failed = 'its clientId was taken by another message'
  if (isOther && response.status === 200 && !sent.isContested) {
    world.history.breach(
      'SEND1',
      `${sent.clientId} of ${sent.userId} was acknowledged for other content than the first`,
    )
  }
}

function onMessage(
  doing: Doing,
  isOwn: boolean,
  act: (message: Message) => Promise<unknown>,
): Promise<unknown> | undefined {
  const { timeline } = doing.room.getSnapshot()
  const messages = timeline.flatMap(entry =>
    entry.kind === 'message' && entry.message.deletedAt === null && (!isOwn || entry.own) ? [entry.message] : [],
  )
  // Mostly the latest: that is what people do.
  const message = messages.at(-1 - (doing.pick % Math.max(1, Math.min(messages.length, 6))))
  return message === undefined ? undefined : act(message)
}

function onFailed(doing: Doing, kind: 'retry' | 'discard'): Promise<void> | undefined {
  const { room, world, device } = doing
  const failed = room.getSnapshot().timeline.filter(entry => entry.kind === 'pending' && entry.status === 'failed')
  const entry = failed[doing.pick % Math.max(1, failed.length)]
  if (entry?.kind !== 'pending') return undefined
  if (kind === 'discard') {
    // Its page may not be the one that it was written in: that one is told nothing any more.
    world.history.discarded(device.userId, entry.clientId)
    return room.discard(entry.clientId)
  }
  world.history.refused(device.userId, entry.clientId)
  room.retry(entry.clientId)
  return undefined
}

function keyOf(pick: number): string {
  return KEYS[pick % KEYS.length] ?? '+1'
}
