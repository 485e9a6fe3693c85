import type { SimDevice } from './sim-device.ts'
import { tokenFor } from './sim-token.ts'
import { type SimWorld, userName } from './sim-world.ts'

/** How slow the line is meanwhile, in bytes a second. */
const SLOW = 300
/** How soon, and how late, after its connections have ended the person is removed, in milliseconds. */
const SOON_MS = 300
const LATE_MS = 6_000

/** A device has to catch up over a slow line; while it does, whoever made the room removes its person. Gives what makes the line fast again. */
export function shutOut(world: SimWorld, device: SimDevice, room: number, pick: number): () => void {
  const { line, userId } = device
  const owner = userName(world.plan.shape.rooms[room]?.members[0] ?? 0)
  line.bytesPerSecond = SLOW
  device.reset()
  world.time.after(SOON_MS + (pick % (LATE_MS - SOON_MS)), () => {
    if (owner !== userId) void remove(world, owner, `${world.rooms[room]}/members/${userId}`).catch(() => {})
  })
  return () => {
    line.bytesPerSecond = 0
  }
}

async function remove({ network, time }: SimWorld, by: string, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${tokenFor(by, time.nowMs)}` }
  await network.pick()?.fetch(`http://sim/api/rooms/${path}`, { method: 'DELETE', headers })
}
