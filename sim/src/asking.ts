import type { Cursor } from '@holdfast/protocol'
import type { Step } from './plan.ts'
import type { SimWorld } from './sim-world.ts'

/** How long an answer may take in a world that is whole, in milliseconds. */
const ANSWER_MS = 10_000

/** Something in the background of a device asks what has come to one room, or to all; now and then it was ended and begins anew. */
export function poll({ devices, rooms }: SimWorld, { device, room, pick }: Extract<Step, { kind: 'poll' }>): void {
  const { host, poller } = devices[device] ?? {}
  const roomId = rooms[room]
  if (poller === undefined || roomId === undefined) return
  host?.run(() => {
    if ((pick >>> 8) % 3 === 0) poller.restart()
    void (pick % 3 === 0 ? poller.pollOne(roomId) : poller.pollAll())
  })
}

/** READ4: in a world that is whole, whoever asks without a socket, from as long ago as they may stand, is told all that there is by then. */
export async function everybodyIsToldAll(world: SimWorld): Promise<void> {
  const before = await readable(world)
  for (const { poller } of world.devices) {
    poller.restart()
    void poller.pollAll()
  }
  await world.time.runUntil(world.time.nowMs + ANSWER_MS)
  // People are let in and put out still.
  const now = await readable(world)
  for (const device of world.devices) {
    for (const roomId of world.rooms) {
      const head = before.get(`${device.name} ${roomId}`)
      const cursor = device.poller.cursorOf(roomId)
      const isTold = head !== undefined && head.epoch === cursor?.epoch && head.seq <= cursor.seq
      if (isTold || head === undefined || !now.has(`${device.name} ${roomId}`)) continue
      world.history.breach('READ4', `${device.name} has asked about ${roomId}, got to ${cursor?.seq} of ${head.seq}`)
    }
  }
}

/** How far each room has come that the person of a device may read, by both. */
async function readable({ devices, rooms, store: { truth } }: SimWorld): Promise<ReadonlyMap<string, Cursor>> {
  const heads = new Map<string, Cursor>()
  for (const { name, userId } of devices) {
    for (const roomId of rooms) {
      const access = await truth.access(roomId, { userId, name: userId, isAdmin: false })
      const head = await truth.head(roomId)
      if (access.ok && head !== null) heads.set(`${name} ${roomId}`, head)
    }
  }
  return heads
}
