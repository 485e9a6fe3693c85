import { setTimeout as pause } from 'node:timers/promises'
import { compare, demand } from '../generator/audit.ts'
import { Meter } from '../generator/meter.ts'
import { ClosedLoop } from '../load/closed-loop.ts'
import { Crew } from '../load/crew.ts'
import { fill } from '../load/fill.ts'
import { type Assignment, assign } from './assignment.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface DurableSends {
  /** People who write, each on a connection of its own. */
  readonly writers: number
  readonly rooms: number
  readonly ms: number
  /** Written before that and not measured, so that everything is compiled. */
  readonly warmMs: number
  /** What lies beside, that should not matter: more members of each room, messages in the first room before, idle readers of other rooms. */
  readonly members: number
  readonly history: number
  readonly idle: number
}

const US_PER_S = 1e6
const HISTORIAN = 'historian'
/** Idle readers of one room. */
const IDLE_IN_A_ROOM = 100

/**
 * Everybody sends the next message when the last one is acknowledged, each in its own rooms in turn. Afterwards every acknowledged message has
 * to stand in its room's log once.
 */
export async function durableSends(subject: Subject, parameters: DurableSends): Promise<Outcome> {
  const { writers, rooms, ms, warmMs, history } = parameters
  const { dialect } = subject
  const assignment = assign(rooms, writers)
  const crew = new Crew(dialect)
  await setUp(subject, crew, assignment, parameters)
  const loop = new ClosedLoop(assignment.roomsOf, history)
  const connections = await crew.write(assignment.people, n => loop.acknowledged(n))
  loop.begin((writer, message) => connections[writer]?.send(message))
  await crew.guard(pause(warmMs))
  loop.measure()
  const meter = new Meter(subject.pids)
  await crew.guard(pause(ms))
  const acknowledged = loop.end()
  const load = meter.stop()
  await crew.guard(loop.drained)
  crew.close()
  await audit(subject, assignment, loop, history)
  return {
    figures: {
      perSecond: acknowledged / load.seconds,
      p50Ms: loop.latencies.percentile(50),
      p99Ms: loop.latencies.percentile(99),
      cpuUsPerMessage: (load.serverCores * load.seconds * US_PER_S) / acknowledged,
    },
    curves: { 'send to acknowledgement': loop.latencies.curve() },
    load,
  }
}

async function setUp({ dialect }: Subject, crew: Crew, { rooms }: Assignment, beside: DurableSends): Promise<void> {
  const members = Array.from({ length: beside.members }, (_, i) => `member${i}`)
  const more = [...(beside.history > 0 ? [HISTORIAN] : []), ...members]
  const idleRooms = Array.from({ length: Math.ceil(beside.idle / IDLE_IN_A_ROOM) }, (_, i) => `idle${i}`)
  await dialect.prepare({
    rooms: [
      ...rooms.map(({ id, writers }) => ({ id, writers: [...writers, ...more] })),
      ...idleRooms.map(id => ({ id, writers: ['owner'] })),
    ],
  })
  const [first] = rooms
  if (first !== undefined) await fill(dialect, first.id, HISTORIAN, beside.history)
  await crew.read(
    Array.from({ length: beside.idle }, (_, i) => {
      return { userId: `idler${i}`, roomIds: [idleRooms[i % idleRooms.length] ?? ''], attention: 'counts' } as const
    }),
  )
}

async function audit({ dialect }: Subject, { rooms }: Assignment, loop: ClosedLoop, history: number): Promise<void> {
  if (dialect.log === null) return
  for (const [i, { id, writers }] of rooms.entries()) {
    const before = i === 0 ? Array.from({ length: history }, (_, n) => n) : []
    demand(
      `the log of ${id}`,
      compare(new Set([...before, ...loop.sentTo(id)]), await dialect.log(id, writers[0] ?? '')),
    )
  }
}
