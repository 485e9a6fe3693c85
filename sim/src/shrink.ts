import type { Violation } from './history.ts'
import type { Plan, Step } from './plan.ts'
import { run } from './run.ts'

/** Most runs that shrinking takes. */
const MAX_RUNS = 300
/** What goes on beyond the last step of a shorter world, in milliseconds. */
const MARGIN_MS = 2_000

/** Asks whether a smaller plan still breaks a rule. */
type IsBroken = (plan: Plan) => Promise<boolean>

/** The least of a plan that still breaks one of the rules that it broke. */
export function shrink(plan: Plan, violations: readonly Violation[]): Promise<Plan> {
  const rules = new Set(violations.map(({ rule }) => rule))
  return leastOf(plan, async smaller => (await run(smaller)).violations.some(({ rule }) => rules.has(rule)))
}

/**
 * The least of a plan that is still broken, as far as so many runs find it. First what makes it simpler at a stroke: without a kind of step,
 * a device, a room, a node, slow lines, small limits, the time behind. Then step by step, half of them at a time, then quarters, and so
 * on (ddmin, Zeller 2002). Steps name what they choose by numbers of their own, so that taking one out changes no other.
 */
export async function leastOf(plan: Plan, asked: IsBroken): Promise<Plan> {
  let runs = 0
  const isBroken = async (smaller: Plan) => runs++ < MAX_RUNS && (await asked(smaller))
  const simple = await simplest(plan, isBroken)
  const steps = await fewest(simple, isBroken)
  // What a device or a room was for may be gone with the steps.
  return simplest({ ...simple, steps }, isBroken)
}

/** Takes each simplification that leaves the plan broken, until none does. */
async function simplest(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  for (const simpler of simplerThan(plan)) if (await isBroken(simpler)) return simplest(simpler, isBroken)
  return plan
}

/** The plan made simpler in one way, the boldest first. */
function* simplerThan(plan: Plan): Generator<Plan> {
  const { shape, steps } = plan
  for (const kind of new Set(steps.map(step => step.kind))) {
    yield { ...plan, steps: steps.filter(step => step.kind !== kind) }
  }
  if (shape.devices.length > 1) for (let i = shape.devices.length - 1; i >= 0; i--) yield withoutDevice(plan, i)
  if (shape.rooms.length > 1) for (let i = shape.rooms.length - 1; i >= 0; i--) yield withoutRoom(plan, i)
  if (shape.nodes > 1) {
    const nodes = shape.nodes - 1
    yield { ...plan, shape: { ...shape, nodes }, steps: steps.filter(step => !('node' in step) || step.node < nodes) }
  }
  const plain = { delayMs: 1, commitMs: 1, delta: 1_000, sendQueueBytes: 1_048_576 }
  for (const [name, value] of Object.entries(plain) as [keyof typeof plain, number][]) {
    if (shape[name] !== value) yield { ...plan, shape: { ...shape, [name]: value } }
  }
  const lengthMs = Math.ceil(steps.at(-1)?.at ?? 0) + MARGIN_MS
  if (lengthMs < shape.lengthMs) yield { ...plan, shape: { ...shape, lengthMs } }
}

function withoutDevice({ shape, steps, ...plan }: Plan, gone: number): Plan {
  const devices = shape.devices.filter((_, i) => i !== gone)
  const left = steps.flatMap((step): readonly Step[] => {
    if (!('device' in step) || step.device < gone) return [step]
    return step.device === gone ? [] : [{ ...step, device: step.device - 1 }]
  })
  return { ...plan, shape: { ...shape, devices }, steps: left }
}

function withoutRoom({ shape, steps, ...plan }: Plan, gone: number): Plan {
  const rooms = shape.rooms.filter((_, i) => i !== gone)
  const left = steps.flatMap((step): readonly Step[] => {
    if (!('room' in step) || step.room < gone) return [step]
    return step.room === gone ? [] : [{ ...step, room: step.room - 1 }]
  })
  return { ...plan, shape: { ...shape, rooms }, steps: left }
}

/** The steps that are left when no part of them can be taken out. */
async function fewest(plan: Plan, isBroken: IsBroken): Promise<readonly Step[]> {
  let { steps } = plan
  for (let parts = 2; parts <= steps.length * 2; ) {
    const less = await withoutOnePart({ ...plan, steps }, parts, isBroken)
    if (less === null) parts *= 2
    else {
      steps = less
      parts = Math.max(2, parts - 1)
    }
  }
  return steps
}

/** The steps without one of so many parts of them that is not needed; null when each is. */
async function withoutOnePart(plan: Plan, parts: number, isBroken: IsBroken): Promise<readonly Step[] | null> {
  const { steps } = plan
  const size = Math.ceil(steps.length / parts)
  for (let start = 0; start < steps.length; start += size) {
    const less = [...steps.slice(0, start), ...steps.slice(start + size)]
    if (less.length < steps.length && (await isBroken({ ...plan, steps: less }))) return less
  }
  return null
}
