import { setTimeout as pause } from 'node:timers/promises'
import { inLanes } from '../dialects/http-api.ts'
import { compare, demand } from '../generator/audit.ts'
import { Meter } from '../generator/meter.ts'
import { ClosedLoop } from '../load/closed-loop.ts'
import { Crew } from '../load/crew.ts'
import { type Assignment, assign } from './assignment.ts'
import { demandKept } from './kept.ts'
import type { Outcome, Subject } from './scenario.ts'
import { stockedRoom } from './stock.ts'

export interface DurableSends {
  /** People who write, each on a connection of its own. */
  readonly writers: number
  readonly rooms: number
  readonly ms: number
  /** Written before that and not measured, so that everything is compiled. */
  readonly warmMs: number
  /** What lies beside, that should not matter: more members of each room, and idle readers of other rooms. */
  readonly members: number
  readonly idle: number
  /** Messages in the first room before: it is stocked with so many, or made where it is none. */
  readonly history: number
}

const US_PER_S = 1e6
const AUDITED_AT_ONCE = 16
/** Idle readers of one room. */
const IDLE_IN_A_ROOM = 100

/**
 * Everybody sends the next message when the last one is acknowledged, each in its own rooms in turn. Afterwards every acknowledged message has
 * to stand in its room's log once.
 */
export async function durableSends(subject: Subject, parameters: DurableSends): Promise<Outcome> {
  const { writers, rooms, ms, warmMs, history } = parameters
  const { dialect } = subject
  const assignment = assign(rooms, writers, i => (i === 0 && history > 0 ? stockedRoom(history) : `room${i}`))
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
  const idleRooms = Array.from({ length: Math.ceil(beside.idle / IDLE_IN_A_ROOM) }, (_, i) => `idle${i}`)
  await dialect.prepare({
    rooms: [
      ...rooms.slice(beside.history > 0 ? 1 : 0).map(({ id, writers }) => ({ id, writers: [...writers, ...members] })),
      ...idleRooms.map(id => ({ id, writers: ['owner'] })),
    ],
  })
  await crew.read(
    Array.from({ length: beside.idle }, (_, i) => {
      return { userId: `idler${i}`, roomIds: [idleRooms[i % idleRooms.length] ?? ''], attention: 'counts' } as const
    }),
  )
}

/** What a room was stocked with is not read again: its numbers end where those of this run begin. */
async function audit({ dialect }: Subject, { rooms }: Assignment, loop: ClosedLoop, history: number): Promise<void> {
  const { log } = dialect
  await demandKept(
    dialect,
    rooms.reduce((sum, { id }) => sum + loop.sentTo(id).length, 0),
  )
  if (log === null) return
  await inLanes([...rooms.entries()], AUDITED_AT_ONCE, async ([i, { id, writers }]) => {
    const found = await log(id, writers[0] ?? '', i === 0 ? history : 0)
    const ofThisRun = found.filter(n => !(n < history))
    demand(`the log of ${id}`, compare(new Set(loop.sentTo(id)), ofThisRun))
  })
}
