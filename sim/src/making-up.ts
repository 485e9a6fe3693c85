import type { OperationKind, Step, WorldShape } from './plan.ts'
import type { SimRandom } from './sim-random.ts'

/** How many of those who are put out of a room, or silenced in it, are let in again. */
const MADE_UP_FOR = 0.85
/** How long that takes on average, in milliseconds. */
const MAKING_UP_MS = 4_000

/**
 * People make up: whoever is out of a room, or may not speak in it, is mostly let in again after a while, by whoever made the room. Without
 * that most of a world's people would soon be in none of its rooms, and little of what is sent would be taken.
 */
export function madeUpFor(random: SimRandom, shape: WorldShape, steps: readonly Step[]): readonly Step[] {
  return steps.flatMap(step => {
    if (!('device' in step)) return []
    const remedies = remediesFor(shape, step)
    if (remedies.length === 0 || !random.chance(MADE_UP_FOR)) return []
    const at = step.at + random.exponential(MAKING_UP_MS)
    return remedies.map((remedy, i) => ({ at: at + i, room: step.room, ...remedy }))
  })
}

/** Whoever does something about it: `pick` names the person as it does in the step that is made up for. */
interface Remedy {
  readonly kind: OperationKind
  readonly device: number
  readonly pick: number
}

function remediesFor(shape: WorldShape, step: Extract<Step, { device: number }>): readonly Remedy[] {
  const { devices, rooms } = shape
  const maker = Math.max(0, devices.indexOf(rooms[step.room]?.members[0] ?? 0))
  const user = devices[step.device] ?? 0
  switch (step.kind) {
    case 'kick':
      return [{ kind: 'add', device: maker, pick: step.pick }]
    case 'ban':
      return (['unban', 'add'] as const).map(kind => ({ kind, device: maker, pick: step.pick }))
    case 'mute':
      return [{ kind: 'unmute', device: maker, pick: step.pick }]
    case 'leave':
      // Into a public room everybody goes by themselves, into a private one they are let.
      return rooms[step.room]?.type === 'public'
        ? [{ kind: 'join', device: step.device, pick: step.pick }]
        : [{ kind: 'add', device: maker, pick: user }]
    case 'shutOut':
      return [{ kind: 'add', device: maker, pick: user }]
    default:
      return []
  }
}
