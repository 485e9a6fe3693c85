import { setTimeout as pause } from 'node:timers/promises'
import { demandCount } from '../generator/audit.ts'
import { Latencies } from '../generator/latencies.ts'
import { longestStall, loopNotes, USE_EVERY_MS } from '../generator/loops.ts'
import { Meter } from '../generator/meter.ts'
import { growthOf, type Metrics, metricsOf } from '../generator/metrics.ts'
import { until } from '../generator/until.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import type { Reader } from '../load/reader.ts'
import { Traffic } from '../load/traffic.ts'
import { demandKept } from './kept.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface Storm {
  readonly connections: number
  readonly rooms: number
  /** Messages a second all the while, over all rooms in turn. */
  readonly perSecond: number
  /** Connections under way at once. The kernel's queue of new ones is bounded, and what it refuses is tried again a second later. */
  readonly underWay: number
}

const CALM_MS = 1_500
/** Latencies are noted from the cut on for so long at least. */
const MEANWHILE_MS = 1_000
const SETTLED_WITHIN_MS = 60_000
const WRITER = 'writer'

/**
 * Everybody reads, all connections are cut at the same moment, and everybody comes back at once with the cursor of the last event seen, while
 * messages go on; one witness in each room stays and notes how long they take. A client's blackout lasts from the cut until its room is live again. Afterwards every client has every message
 * once; of servers that have no cursors it is counted how many messages a client was not sent again.
 */
export async function storm(subject: Subject, parameters: Storm): Promise<Outcome> {
  const { connections, rooms, perSecond, underWay } = parameters
  const roomIds = Array.from({ length: rooms }, (_, i) => `room${i}`)
  await subject.dialect.prepare({ rooms: roomIds.map(id => ({ id, writers: [WRITER] })) })
  const crew = new Crew(subject.dialect)
  // Tokens are signed before anything is measured: that is done by other machines than the clients'.
  const plans = await Promise.all(
    Array.from({ length: connections }, async (_, i): Promise<ReaderPlan> => {
      const userId = `reader${i}`
      const admission = await subject.dialect.admit(userId)
      return { userId, roomIds: [roomIds[i % rooms] ?? ''], attention: 'counts', admission }
    }),
  )
  const before = await crew.read(plans)
  const traffic = new Traffic(roomIds)
  const witnesses = roomIds.map((id): ReaderPlan => ({ userId: `witness-${id}`, roomIds: [id], attention: 'notes' }))
  await crew.read(witnesses, { onMessage: n => traffic.witnessed(n) })
  const [writer] = await crew.write([WRITER], () => traffic.acknowledged())
  const sending = traffic.run(perSecond, message => writer?.send(message))
  await crew.guard(pause(CALM_MS))
  const metrics = await metricsOf(subject.url)
  const meter = new Meter(subject.pids)
  const { after, blackouts, cutAt, cutDate } = await cutAndReturn(crew, plans, before, underWay)
  const load = meter.stop()
  // However quickly all were back, some messages have to have been on their way.
  await crew.guard(pause(Math.max(0, cutAt + MEANWHILE_MS - performance.now())))
  const [backAt, backDate] = [performance.now(), Date.now()]
  traffic.end()
  await crew.guard(sending)
  await crew.guard(
    until(
      () => traffic.isSettled,
      SETTLED_WITHIN_MS,
      () => 'the audit failed: not all messages came',
    ),
  )
  const missed = await crew.guard(audit(subject, traffic, rooms, before, after))
  await crew.guard(demandKept(subject.dialect, traffic.sent))
  const metricsAfter = await metricsOf(subject.url)
  // What a watched server has noted it writes so often.
  if (subject.loopsFile !== null) await pause(2 * USE_EVERY_MS)
  crew.close()
  const latencies = traffic.between(cutAt, backAt)
  return {
    figures: {
      allResumedMs: blackouts.percentile(100),
      blackoutP50Ms: blackouts.percentile(50),
      blackoutP99Ms: blackouts.percentile(99),
      missedPerClient: missed / connections,
      witnessP50Ms: latencies.percentile(50),
      witnessP99Ms: latencies.percentile(99),
      ...stalls(subject, cutDate, backDate),
      ...reads(metrics, metricsAfter),
    },
    curves: { 'cut to live again': blackouts.curve() },
    load,
  }
}

/** Gives when the cut was, too, by both clocks. */
async function cutAndReturn(crew: Crew, plans: readonly ReaderPlan[], before: readonly Reader[], underWay: number) {
  const blackouts = new Latencies()
  const [cutAt, cutDate] = [performance.now(), Date.now()]
  for (const reader of before) reader.close()
  const again = plans.map((plan, i): ReaderPlan => {
    const place = before[i]?.place
    return { ...plan, ...(place && { from: place }) }
  })
  const onOpened = () => blackouts.note(performance.now() - cutAt)
  return { after: await crew.read(again, { lanes: underWay, onOpened }), blackouts, cutAt, cutDate }
}

/** Every client has all of its room's messages; or how many, over all clients, were not sent again. */
async function audit(
  { dialect }: Subject,
  traffic: Traffic,
  rooms: number,
  before: readonly Reader[],
  after: readonly Reader[],
): Promise<number> {
  const isCounted = dialect.counting === 'range'
  const got = (i: number) => {
    const [first, second] = [before[i], after[i]]
    if (first === undefined || second === undefined) return 0
    return isCounted ? second.seq - first.openedAt : first.events + second.events
  }
  const wanted = (i: number) => traffic.sentTo(i % rooms)
  const hasAll = () => after.every((_, i) => got(i) >= wanted(i))
  if (!isCounted) {
    await until(hasAll, CALM_MS, () => '').catch(() => undefined)
    return after.reduce((missed, _, i) => missed + wanted(i) - got(i), 0)
  }
  await until(hasAll, SETTLED_WITHIN_MS, () => 'the audit failed: a client has missed something for good')
  for (const i of after.keys()) demandCount(`client ${i}`, got(i), wanted(i))
  return 0
}

/** How long the server's loop stood still meanwhile; a server that is not on Node, or is not watched, gives none. */
function stalls({ loopsFile, pids }: Subject, from: number, to: number): Record<string, number> {
  if (loopsFile === null || pids.server.length === 0) return {}
  const { stalls: all } = loopNotes(loopsFile)
  // Starting it is a stall: a server that wrote none is not watched.
  return all.length === 0 ? {} : { longestStallMs: longestStall(all, from, to) }
}

/** What Holdfast read for it; a server without such metrics gives none. */
function reads(before: Metrics, after: Metrics): Record<string, number> {
  if (before.size === 0) return {}
  return {
    fromTail: growthOf(before, after, 'holdfast_resumes_total{kind="tail"}'),
    fromLog: growthOf(before, after, 'holdfast_resumes_total{kind="log"}'),
    bySnapshot: growthOf(before, after, 'holdfast_resumes_total{kind="snapshot"}'),
  }
}
