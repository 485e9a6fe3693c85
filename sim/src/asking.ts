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

/** READ4: in a world that is whole, whoever asks without a socket, from as long ago as they may stand, is told all that there is. */
export async function everybodyIsToldAll({ devices, history, store, time, rooms }: SimWorld): Promise<void> {
  for (const { poller } of devices) {
    poller.restart()
    void poller.pollAll()
  }
  await time.runUntil(time.nowMs + ANSWER_MS)
  for (const { name, userId, poller } of devices) {
    for (const roomId of rooms) {
      const access = await store.truth.access(roomId, { userId, name: userId, isAdmin: false })
      const [head, cursor] = [await store.truth.head(roomId), poller.cursorOf(roomId)]
      if (!access.ok || (cursor?.epoch === head?.epoch && cursor?.seq === head?.seq)) continue
      history.breach('READ4', `${name} has asked about ${roomId} and stands at ${cursor?.seq} of ${head?.seq}`)
    }
  }
}
