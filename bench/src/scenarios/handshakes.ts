import { demandCount } from '../generator/audit.ts'
import { capacityFigures, ThreadMeter } from '../generator/capacity.ts'
import { Latencies } from '../generator/latencies.ts'
import { Meter } from '../generator/meter.ts'
import { openLoop } from '../generator/open-loop.ts'
import { until } from '../generator/until.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface Handshakes {
  readonly rooms: number
  /** Connections a second: fewer than any of the compared servers could bear. */
  readonly perSecond: number
  readonly ms: number
  readonly warmMs: number
}

const OPEN_WITHIN_MS = 30_000
/** The generator leaves the processors to the servers between its calls. */
const LOOK_MS = 0

/**
 * People come at a fixed rate that leaves the server time, each with a token of its own, open a room and stay: what a handshake takes of each of the server's
 * threads. Everybody's room has to be live in the end.
 */
export async function handshakes(subject: Subject, { rooms, perSecond, ms, warmMs }: Handshakes): Promise<Outcome> {
  const { dialect, pids } = subject
  const roomIds = Array.from({ length: rooms }, (_, i) => `room${i}`)
  await dialect.prepare({ rooms: roomIds.map(id => ({ id, writers: ['owner'] })) })
  // Tokens are signed before anything is measured: that is done by other machines than the clients'.
  const people = Math.ceil(((warmMs + ms) * perSecond) / 1_000)
  const plans = await Promise.all(
    Array.from({ length: people }, async (_, i): Promise<ReaderPlan> => {
      const userId = `reader${i}`
      const admission = await dialect.admit(userId)
      return { userId, roomIds: [roomIds[i % rooms] ?? ''], attention: 'counts', admission }
    }),
  )
  const crew = new Crew(dialect)
  const latencies = new Latencies()
  let come = 0
  let opened = 0
  const comes = (dueAt: number) => {
    const plan = plans[come]
    if (plan === undefined) return
    const onOpened = () => {
      opened++
      latencies.note(performance.now() - dueAt)
    }
    come++
    // What goes wrong ends the run by the crew's guard.
    crew.read([plan], { onOpened }).catch(() => undefined)
  }
  await crew.guard(openLoop(perSecond, warmMs, comes, undefined, LOOK_MS))
  const [server = 0] = pids.server
  const [threads, meter, before] = [new ThreadMeter(server, subject.loopsFile), new Meter(pids), opened]
  await crew.guard(openLoop(perSecond, ms, comes, undefined, LOOK_MS))
  const [shares, load, after] = [threads.stop(), meter.stop(), opened]
  const isOver = () => opened === come
  await crew.guard(until(isOver, OPEN_WITHIN_MS, () => 'the audit failed: not every room was opened'))
  crew.close()
  demandCount('opened', opened, come)
  const done = (after - before) / load.seconds
  return {
    figures: {
      ...capacityFigures(done, perSecond, load.serverCores, shares),
      perSecond: done,
      p50Ms: latencies.percentile(50),
      p99Ms: latencies.percentile(99),
    },
    curves: { 'connecting to live': latencies.curve() },
    load,
  }
}
