import { truthOf } from './invariants.ts'
import { operate } from './operations.ts'
import { SimRandom } from './sim-random.ts'
import type { SimWorld } from './sim-world.ts'

/** How long writing may take in a world that is whole, in milliseconds. */
const WRITE_MS = 5_000
/** How long it may take until everybody is shown it, in milliseconds: several times as long as a node waits until it compares heads with the log. */
const SHOW_MS = 15_000
/** How often it is looked at meanwhile, in milliseconds. */
const LOOK_MS = 500
/** A choice that keeps a writer in the room that was chosen. */
const HERE = 8

/**
 * READ3: in a world that is whole, where everybody shows the same, somebody writes in each room, and no other node hears of it; and nothing
 * follows that could make up for it. Whoever reads there is shown it all the same, before long.
 */
export async function lastHintIsMadeUpFor(world: SimWorld): Promise<void> {
  const { network, bus, history, plan } = world
  if (network.nodes.length < 2) return
  const before = history.sent.length
  bus.manner.loss = 1
  writeEverywhere(world, new SimRandom(`${plan.seed}/last hint`))
  const written = () => history.sent.slice(before).every(({ acked, failed }) => acked !== null || failed !== null)
  await waitFor(world, WRITE_MS, async () => written())
  bus.manner.loss = 0
  let left: readonly string[] = []
  await waitFor(world, SHOW_MS, async () => {
    left = await behindIn(world)
    return left.length === 0
  })
  for (const each of left) history.breach('READ3', `${each}, ${SHOW_MS} ms after the last hint was lost`)
}

/** In each room somebody who is in it writes, if there is such a one. */
function writeEverywhere(world: SimWorld, random: SimRandom): void {
  for (const [room, roomId] of world.rooms.entries()) {
    const writers = world.devices.flatMap((device, i) => {
      const { status, members } = device.room(roomId).getSnapshot()
      return status === 'live' && members.some(({ userId }) => userId === device.userId) ? [i] : []
    })
    if (writers.length > 0)
      operate(world, { at: world.time.nowMs, kind: 'send', device: random.pick(writers), room, pick: HERE })
  }
}

/** Who shows a room live, and less of it than there is. */
async function behindIn(world: SimWorld): Promise<readonly string[]> {
  const truths = await truthOf(world)
  return world.devices.flatMap(device =>
    truths.flatMap(({ roomId, state }) => {
      const { status, continuity } = device.room(roomId).getSnapshot()
      if (status !== 'live' || (continuity.epoch === state.epoch && continuity.seq === state.seq)) return []
      return [`${device.name} stands at ${continuity.seq} of ${state.seq} in ${roomId}`]
    }),
  )
}

async function waitFor({ time }: SimWorld, ms: number, isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = time.nowMs + ms; time.nowMs < endMs; ) {
    await time.runUntil(time.nowMs + LOOK_MS)
    if (await isSo()) return
  }
}
