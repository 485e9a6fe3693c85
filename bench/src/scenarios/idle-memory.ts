import { setTimeout as pause } from 'node:timers/promises'
import { Meter } from '../generator/meter.ts'
import { usageOf } from '../generator/usage.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface IdleMemory {
  readonly connections: number
  readonly rooms: number
}

/** Time for the server to give back what connecting took and is not held. */
const SETTLE_MS = 3_500
/** The first connections make the runtime grow; they are not counted. */
const WARM_UP = 500
const MEASURE_MS = 3_000

/** Resident bytes that one more idle connection costs: welcomed, with one room open, silent but for the heartbeat. */
export async function idleMemory(subject: Subject, { connections, rooms }: IdleMemory): Promise<Outcome> {
  const roomIds = Array.from({ length: rooms }, (_, i) => `room${i}`)
  await subject.dialect.prepare({ rooms: roomIds.map(id => ({ id, writers: ['owner'] })) })
  const crew = new Crew(subject.dialect)
  const plan = (i: number): ReaderPlan => {
    return { userId: `reader${i}`, roomIds: [roomIds[i % rooms] ?? ''], attention: 'counts' }
  }
  await crew.read(Array.from({ length: WARM_UP }, (_, i) => plan(i)))
  await crew.guard(pause(SETTLE_MS))
  const before = usageOf(subject.pids.server).residentBytes
  await crew.read(Array.from({ length: connections }, (_, i) => plan(WARM_UP + i)))
  await crew.guard(pause(SETTLE_MS))
  const meter = new Meter(subject.pids)
  await crew.guard(pause(MEASURE_MS))
  const load = meter.stop()
  crew.close()
  return { figures: { bytesPerConnection: (load.serverBytes - before) / connections }, curves: {}, load }
}
