import type { RoomHandle } from '@holdfast/client'
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

/** Has a device do something, as its person would: through the SDK's public face. What the server refuses is no failure. */
export function operate(world: SimWorld, step: OperationStep): void {
  const first = world.devices[step.device]
  const roomId = world.rooms[step.room]
  // Where there is a second tab, some of what its person does is done in it.
  const device = (step.pick >>> 16) % 3 === 0 ? (first?.tab ?? first) : first
  if (device === undefined || roomId === undefined) return
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
      send(doing, [])
      return
    case 'mention':
      send(doing, [other])
      return
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

function send({ world, device, room, roomId, pick }: Doing, mentions: readonly string[]): void {
  const { sent } = world.history
  const content = `${device.name} says ${sent.length}`
  const { clientId, acknowledged } = room.send(content, { mentions })
  const { name, userId } = device
  const record: Sent = {
    ...{ device: name, userId, roomId, clientId, content, order: sent.length },
    ...{ acked: null, failed: null, wasRetried: false, isContested: false, isLost: false, mayVanish: false },
  }
  sent.push(record)
  acknowledged.then(
    result => {
      world.history.acknowledged(record, result)
      if (result.duplicate) world.coverage.saw('send that was there already')
    },
    (error: Error) => {
      record.failed = error.message
    },
  )
  if (pick % 20 === 0) world.coverage.saw('send')
}

/** The same message once more by another way, as a proxy that repeats a request would, or a second tab. */
async function sendAgain({ world, device, roomId, pick }: Doing): Promise<void> {
  const own = world.history.sent.filter(sent => sent.userId === device.userId && sent.roomId === roomId)
  const sent = own[pick % Math.max(1, own.length)]
  const node = world.network.pick()
  if (sent === undefined || node === null) return
  const isOther = pick % 5 === 0
  // It may overtake what waits in the outbox: that is no fault of the outbox.
  sent.wasRetried = true
  // Nobody may ever hear whether this was first.
  if (isOther && sent.acked === null) sent.isContested = true
  const token = await device.token()
  const response = await node.fetch(`http://sim/api/rooms/${roomId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: sent.clientId, content: isOther ? 'something else' : sent.content }),
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
