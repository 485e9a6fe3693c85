import { setTimeout as pause } from 'node:timers/promises'
import { compare, demand, demandCount } from '../generator/audit.ts'
import { Meter } from '../generator/meter.ts'
import { until } from '../generator/until.ts'
import { Crew } from '../load/crew.ts'
import { Pipeline } from '../load/pipeline.ts'
import type { Reader } from '../load/reader.ts'
import { demandKept } from './kept.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface FanOut {
  readonly subscribers: number
  /** Messages on their way at once, if the server gains by so many. */
  readonly inFlight: number
  readonly ms: number
  readonly warmMs: number
}

/** Readers that parse every event; the others count, which costs the generator next to nothing. */
const CHECKING = 3
/** Readers that the pipeline waits for, spread over all: the first, the last, and those between. */
const WATCHED = 5
const ROOM = 'fan-out'
const OWNER = 'owner'
const ALL_WITHIN_MS = 180_000

/**
 * One room, many readers, messages as fast as they are acknowledged and received. Counted is what all readers get while
 * the load is at its height. Afterwards each reader has to have got as many as were sent, those that check each of them once
 * and in order, and the log has to hold each once.
 */
export async function fanOut(subject: Subject, { subscribers, inFlight, ms, warmMs }: FanOut): Promise<Outcome> {
  const { dialect } = subject
  await dialect.prepare({ rooms: [{ id: ROOM, writers: [OWNER] }] })
  const crew = new Crew(dialect)
  let pipeline: Pipeline | null = null
  const watchEvery = Math.max(1, Math.floor((subscribers - 1) / (WATCHED - 1)))
  const isChecking = (i: number) => i % Math.ceil(subscribers / CHECKING) === 0
  const plans = Array.from({ length: subscribers }, (_, i) => {
    return { userId: `reader${i}`, roomIds: [ROOM], attention: isChecking(i) ? 'checks' : 'counts' } as const
  })
  const watched = new Set<Reader>()
  const readers = await crew.read(plans, { onProgress: reader => watched.has(reader) && pipeline?.received() })
  for (const [i, reader] of readers.entries()) if (i % watchEvery === 0) watched.add(reader)
  const [writer] = await crew.write([OWNER], () => pipeline?.acknowledged())
  pipeline = new Pipeline(ROOM, Math.min(inFlight, dialect.mostInFlight), [...watched], message =>
    writer?.send(message),
  )
  pipeline.begin()
  await crew.guard(pause(warmMs))
  const before = totals(readers)
  const meter = new Meter(subject.pids)
  await crew.guard(pause(ms))
  const load = meter.stop()
  const after = totals(readers)
  pipeline.end()
  await crew.guard(pipeline.settled)
  const { sent } = pipeline
  const hasAll = () => readers.every(reader => reader.events >= sent)
  await crew.guard(until(hasAll, ALL_WITHIN_MS, () => 'the audit failed: not every reader got everything'))
  crew.close()
  for (const [i, reader] of readers.entries()) demandCount(`reader ${i}`, reader.events, sent)
  const wanted = new Set(Array.from({ length: sent }, (_, n) => n))
  for (const [i, reader] of readers.entries()) if (isChecking(i)) demand(`reader ${i}`, compare(wanted, reader.seen))
  if (dialect.log !== null) demand('the log', compare(wanted, await dialect.log(ROOM, OWNER)))
  await demandKept(dialect, sent)
  const deliveries = after.events - before.events
  return {
    figures: {
      deliveriesPerSecond: deliveries / load.seconds,
      messagesPerSecond: deliveries / subscribers / load.seconds,
      eventsPerFrame: deliveries / (after.frames - before.frames),
      framesPerSecond: (after.frames - before.frames) / load.seconds,
      bytesPerDelivery: (after.bytes - before.bytes) / deliveries,
    },
    curves: {},
    load,
  }
}

function totals(readers: readonly Reader[]) {
  const sum = (figure: (reader: Reader) => number) => readers.reduce((total, reader) => total + figure(reader), 0)
  return { events: sum(r => r.events), frames: sum(r => r.frames), bytes: sum(r => r.bytes) }
}
