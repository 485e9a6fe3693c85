import type { Plan, Step } from './plan.ts'
import { run } from './run.ts'

/** Most worlds that shrinking runs, and most steps in all of them: about half a minute of a busy world. */
const MAX_RUNS = 500
const MAX_STEPS = 60_000
/** What goes on beyond the last step of a shorter world, in milliseconds. */
const MARGIN_MS = 2_000
/** Between two steps nothing is waited for longer than this where it need not be, in milliseconds: the boldest first. */
const PAUSES_MS = [100, 1_000, 10_000]
/** A world in which nothing is small or slow. */
const PLAIN = { delayMs: 1, commitMs: 1, delta: 1_000, sendQueueBytes: 1_048_576 } as const

/** Asks whether a smaller plan still breaks a rule. */
type IsBroken = (plan: Plan) => Promise<boolean>

/** The least of a plan that still breaks this rule: another one would be another failure. */
export function shrink(plan: Plan, rule: string): Promise<Plan> {
  return leastOf(plan, async smaller => (await run(smaller)).violations.some(found => found.rule === rule))
}

/**
 * The least of a plan that is still broken, as far as so many runs find it, in this order: how much of its beginning is enough; what makes
 * it simpler at a stroke (without faults, a kind of step, a device, a room, a node, gateways, slow lines, small limits); then its steps, half of them at
 * a time, then quarters, and so on (after ddmin, Zeller 2002); all that again while it helps; then the pauses between what is left.
 * Steps name what they choose by numbers of their own, so that taking one out changes no other.
 */
export async function leastOf(plan: Plan, asked: IsBroken): Promise<Plan> {
  const isBroken = bounded(asked)
  let least = await shortest(plan, isBroken)
  for (let before: Plan | null = null; before !== least; ) {
    before = least
    least = await fewestSteps(await simplest(least, isBroken), isBroken)
  }
  return first(calmerThan(least), least, isBroken)
}

/** Says no without asking when it was asked before, or often enough. */
function bounded(asked: IsBroken): IsBroken {
  const known = new Set<string>()
  let steps = 0
  return async plan => {
    const name = JSON.stringify(plan)
    if (known.has(name) || known.size >= MAX_RUNS || steps >= MAX_STEPS) return false
    known.add(name)
    steps += plan.steps.length
    return asked(plan)
  }
}

/** The first of these that is broken; else the plan itself. */
async function first(smaller: Iterable<Plan>, plan: Plan, isBroken: IsBroken): Promise<Plan> {
  for (const each of smaller) if (await isBroken(each)) return each
  return plan
}

/** As much of its beginning as is needed, by halving what may be. */
async function shortest(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  let least = plan
  let [low, high] = [0, plan.steps.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const shorter = ended({ ...plan, steps: plan.steps.slice(0, middle) })
    const isEnough = await isBroken(shorter)
    if (isEnough) [least, high] = [shorter, middle]
    else low = middle + 1
  }
  return least
}

/** Without whatever can be left out at a stroke, one after the other. */
async function simplest(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  let least = await fewestKinds(plan, isBroken)
  for (let i = plan.shape.devices.length - 1; i >= 0 && least.shape.devices.length > 1; i--) {
    least = await first([withoutDevice(least, i)], least, isBroken)
  }
  for (let i = plan.shape.rooms.length - 1; i >= 0 && least.shape.rooms.length > 1; i--) {
    least = await first([withoutRoom(least, i)], least, isBroken)
  }
  while (least.shape.nodes > 1) {
    const fewer = await first([withoutNode(least)], least, isBroken)
    if (fewer === least) break
    least = fewer
  }
  if ((least.shape.gateways ?? 0) > 0) least = await first([withoutGateways(least)], least, isBroken)
  least = await plainest(least, isBroken)
  return first([ended(least)], least, isBroken)
}

/** Without the kinds of steps that are not needed: first half of them at once. What people do most goes last, what goes wrong first. */
async function fewestKinds(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  const counts = new Map<Step['kind'], number>()
  for (const step of plan.steps) counts.set(step.kind, (counts.get(step.kind) ?? 0) + (isFault(step) ? 0 : 1))
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind]) => kind)
  const only = (kept: readonly string[]) => ({ ...plan, steps: plan.steps.filter(({ kind }) => kept.includes(kind)) })
  const kept = await fewest(kinds, fewer => isBroken(only(fewer)))
  return kept === kinds ? plan : only(kept)
}

/** What befalls a world lasts; what people do does not. */
function isFault(step: Step): boolean {
  return 'forMs' in step
}

/** With nothing slow or small that need not be. */
async function plainest(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  const asked = Object.entries(PLAIN).filter(([name, value]) => Reflect.get(plan.shape, name) !== value)
  const left = await fewest(asked, kept => isBroken(plain(plan, asked, kept)))
  return left === asked ? plan : plain(plan, asked, left)
}

/** Of these parts of the plan's shape all are plain but those kept. */
function plain(plan: Plan, all: readonly Part[], kept: readonly Part[]): Plan {
  const made = Object.fromEntries(all.filter(part => !kept.includes(part)))
  return { ...plan, shape: { ...plan.shape, ...made } }
}

type Part = readonly [name: string, value: number]

function withoutNode({ shape, steps, ...plan }: Plan): Plan {
  const nodes = shape.nodes - 1
  return { ...plan, shape: { ...shape, nodes }, steps: steps.filter(step => !('node' in step) || step.node < nodes) }
}

function withoutGateways({ shape, steps, ...plan }: Plan): Plan {
  return { ...plan, shape: { ...shape, gateways: 0 }, steps: steps.filter(step => !('gateway' in step)) }
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

/**
 * Those of the items that are needed, without half of them at a time, then quarters, in the end one by one. From the end: what came before is less
 * often in need of what came after it.
 */
async function fewest<T>(
  items: readonly T[],
  isEnough: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items
  for (let size = Math.max(1, items.length >>> 1); size >= 1 && kept.length > 0; size >>>= 1) {
    for (let end = kept.length; end > 0; end -= size) {
      const fewer = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)]
      if (await isEnough(fewer)) kept = fewer
    }
  }
  return kept
}

/** Without every step that is not needed. */
async function fewestSteps(plan: Plan, isBroken: IsBroken): Promise<Plan> {
  const steps = await fewest(plan.steps, kept => isBroken({ ...plan, steps: kept }))
  return steps === plan.steps ? plan : { ...plan, steps }
}

/** The plan with whole milliseconds, and with shorter pauses. */
function* calmerThan(plan: Plan): Generator<Plan> {
  for (const pauseMs of [...PAUSES_MS, Number.POSITIVE_INFINITY]) yield ended(paced(plan, pauseMs))
}

/** Between its steps no more time goes by than this. */
function paced(plan: Plan, pauseMs: number): Plan {
  let [beforeMs, nowMs] = [0, 0]
  const steps = plan.steps.map(step => {
    nowMs += Math.min(pauseMs, Math.round(step.at - beforeMs))
    beforeMs = step.at
    return { ...step, at: nowMs, ...('forMs' in step && { forMs: Math.ceil(step.forMs) }) }
  })
  return { ...plan, steps }
}

/** The plan, over soon after its last step. */
function ended(plan: Plan): Plan {
  const lengthMs = Math.ceil(plan.steps.at(-1)?.at ?? 0) + MARGIN_MS
  return lengthMs < plan.shape.lengthMs ? { ...plan, shape: { ...plan.shape, lengthMs } } : plan
}
