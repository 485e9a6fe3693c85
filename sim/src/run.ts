import { everybodyIsToldAll, poll } from './asking.ts'
import { Coverage } from './coverage.ts'
import { harmDevice } from './device-faults.ts'
import { harmNode, harmWorld, heal } from './faults.ts'
import { harmGateway } from './gateway-faults.ts'
import type { Violation } from './history.ts'
import { listIsRight, type Pending, ROOM_GOALS } from './invariants/convergence.ts'
import { readsAreShown, roomIsWhole } from './invariants/whole-room.ts'
import { SAFETY, type Truth, truthOf } from './invariants.ts'
import { lastHintIsMadeUpFor } from './last-hint.ts'
import { operate } from './operations.ts'
import type { Plan, Step } from './plan.ts'
import { SimWorld } from './sim-world.ts'
import type { Trace } from './trace.ts'

/** How long a healed world may take until everybody shows the same, in milliseconds. */
const CONVERGE_MS = 300_000
/** How often it is looked at meanwhile. */
const LOOK_MS = 5_000
/** How long gateways are waited for when they are asked what they have measured, in milliseconds: longer than their owner waits. */
const MEASURE_MS = 3_000

/** What must hold of each device and room in the end. */
const GOALS = [...ROOM_GOALS, roomIsWhole, readsAreShown]

/** What a run has shown. */
export interface RunResult {
  readonly seed: string
  readonly violations: readonly Violation[]
  readonly coverage: Coverage
  /** Of everything that was done, sent, written and shown: the same plan gives the same. */
  readonly hash: string
  readonly trace: Trace
  readonly events: number
}

/** Runs a plan: first with all that goes wrong in it, then, healed, until everybody shows the same or the time is up. */
export async function run(plan: Plan, keepTrace?: number): Promise<RunResult> {
  const coverage = new Coverage()
  const world = new SimWorld(plan, coverage, keepTrace)
  await world.settle()
  for (const step of plan.steps) world.time.after(step.at, () => take(world, step))
  await world.time.runUntil(world.time.nowMs + plan.shape.lengthMs)
  await check(world)
  await converge(world)
  await everybodyIsToldAll(world)
  await lastHintIsMadeUpFor(world)
  const truths = await check(world)
  for (const node of world.network.nodes) {
    const asked = node.resumes()
    // One thread asks the others.
    if (node.threads !== null) await world.time.runUntil(world.time.nowMs + MEASURE_MS)
    for (const [kind, count] of await asked) coverage.saw(`opened from ${kind}`, count)
  }
  return {
    seed: plan.seed,
    violations: world.history.violations,
    coverage,
    hash: world.trace.hash,
    trace: world.trace,
    events: truths.reduce((sum, { events }) => sum + events.length, 0),
  }
}

function take(world: SimWorld, step: Step): void {
  world.trace.note('step', JSON.stringify(step))
  if ('forMs' in step) {
    if ('device' in step) harmDevice(world, step)
    else if ('node' in step) harmNode(world, step)
    else if ('gateway' in step) harmGateway(world, step)
    else harmWorld(world, step)
  } else if (step.kind === 'poll') poll(world, step)
  else operate(world, step)
}

async function check(world: SimWorld): Promise<readonly Truth[]> {
  const truths = await truthOf(world)
  for (const truth of truths) for (const invariant of SAFETY) await invariant(world, truth)
  return truths
}

/** Liveness: once all is healed, everybody shows the same within bounded time; or what is still pending is told. */
async function converge(world: SimWorld): Promise<void> {
  await heal(world)
  for (const device of world.devices) for (const roomId of world.rooms) device.open(roomId)
  const endMs = world.time.nowMs + CONVERGE_MS
  let pending: readonly Pending[] = [{ rule: 'READ4', what: 'nobody has looked yet' }]
  while (pending.length > 0 && world.time.nowMs < endMs) {
    await world.time.runUntil(world.time.nowMs + LOOK_MS)
    pending = await pendingIn(world)
  }
  for (const { rule, what } of pending) world.history.breach(rule, what)
}

async function pendingIn(world: SimWorld): Promise<readonly Pending[]> {
  for (const device of world.devices) for (const roomId of world.rooms) device.reopen(roomId)
  await world.time.runUntil(world.time.nowMs + LOOK_MS)
  const truths = await truthOf(world)
  const found = await Promise.all([
    ...world.devices.flatMap(device => truths.flatMap(truth => GOALS.map(goal => goal(world, device, truth)))),
    ...world.devices.map(device => listIsRight(world, device)),
  ])
  return found.filter(what => what !== null)
}
