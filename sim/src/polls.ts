import type { Step, WorldShape } from './plan.ts'
import type { SimRandom } from './sim-random.ts'

/** How long whoever asks now and then waits in between, in milliseconds on average. */
const EVERY_MS = [1_000, 3_000, 10_000]
/** Within how long each device has asked for the first time, in milliseconds: from then on there is something to go on from. */
const FIRST_MS = 2_000
/** In how many worlds nobody asks. */
const NOBODY = 0.1

/** In most worlds each device asks once without a socket what has come to its rooms, and one of them goes on asking. */
export function pollsIn(random: SimRandom, { devices, rooms, lengthMs }: WorldShape): readonly Step[] {
  if (random.chance(NOBODY)) return []
  const poll = (at: number, device: number): Step => {
    return { at, kind: 'poll', device, room: random.int(0, rooms.length - 1), pick: random.u32() }
  }
  const steps = devices.map((_, device) => poll(random.fraction() * FIRST_MS, device))
  const everyMs = random.pick(EVERY_MS)
  const device = random.int(0, devices.length - 1)
  for (let at = random.exponential(everyMs); at < lengthMs; at += random.exponential(everyMs))
    steps.push(poll(at, device))
  return steps
}
