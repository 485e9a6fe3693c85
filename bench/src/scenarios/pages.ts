import { setTimeout as pause } from 'node:timers/promises'
import type { HistoryPage } from '@holdfast/protocol'
import { tokenFor } from '../dialects/http-api.ts'
import { demandCount } from '../generator/audit.ts'
import { capacityFigures, ThreadMeter } from '../generator/capacity.ts'
import { Latencies } from '../generator/latencies.ts'
import { Meter } from '../generator/meter.ts'
import { fill } from '../load/fill.ts'
import { type Answer, HttpConnection } from '../wire/http-connection.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface Pages {
  /** Messages in the room. */
  readonly messages: number
  /** People who read, each on a connection of its own. */
  readonly readers: number
  /** Pages a second of all together, or null: each asks for the next one when it has the last one. */
  readonly perSecond: number | null
  readonly ms: number
  readonly warmMs: number
}

const ROOM = 'pages'
const WRITER = 'writer'
const LIMIT = 50
const OK = 200
/** Odd, so that the places asked for spread over the whole room. */
const STRIDE = 7_919
/** Of so many pages one is parsed and looked at; of the others only the status and the length. */
const CHECKED_EVERY = 64
/** A page that is shorter does not hold what it should. */
const MIN_BYTES_A_MESSAGE = 100

/** What all readers together have got. */
interface Tally {
  latencies: Latencies
  isOver: boolean
}

/**
 * Pages of history over HTTP, for many people at once, each with a token of its own: at a rate that leaves the server time, or as many as it gives. Every answer
 * has to be as long as a whole page is at least, and some are read and held against what was asked for.
 */
export async function pages(subject: Subject, parameters: Pages): Promise<Outcome> {
  const { messages, readers, ms, warmMs } = parameters
  const people = Array.from({ length: readers }, (_, i) => `reader${i}`)
  await subject.dialect.prepare({ rooms: [{ id: ROOM, writers: [WRITER, ...people] }] })
  await fill(subject.dialect, ROOM, WRITER, messages)
  const tally: Tally = { latencies: new Latencies(), isOver: false }
  const begun = performance.now()
  const reading = Promise.all(people.map((userId, i) => readPages(subject, parameters, tally, userId, i, begun)))
  await Promise.race([pause(warmMs), reading])
  tally.latencies = new Latencies()
  const [server = 0] = subject.pids.server
  const [threads, meter] = [new ThreadMeter(server, subject.loopsFile), new Meter(subject.pids)]
  await Promise.race([pause(ms), reading])
  const [shares, load, latencies] = [threads.stop(), meter.stop(), tally.latencies]
  tally.isOver = true
  const done = latencies.count / load.seconds
  await reading
  return {
    figures: {
      ...capacityFigures(done, parameters.perSecond, load.serverCores, shares),
      perSecond: done,
      p50Ms: latencies.percentile(50),
      p99Ms: latencies.percentile(99),
    },
    curves: {},
    load,
  }
}

/** One person's pages, until it is over: each counts from when it was due. */
async function readPages(
  { url }: Subject,
  { messages, readers, perSecond }: Pages,
  tally: Tally,
  userId: string,
  reader: number,
  begun: number,
): Promise<void> {
  const { hostname, port } = new URL(url)
  const connection = new HttpConnection(hostname, Number(port), { Authorization: `Bearer ${await tokenFor(userId)}` })
  const everyMs = perSecond === null ? 0 : (readers * 1_000) / perSecond
  let dueAt = begun + (everyMs * reader) / readers
  for (let i = 0; !tally.isOver; i++) {
    const wait = dueAt - performance.now()
    if (everyMs > 0 && wait > 0) await pause(wait)
    if (everyMs === 0) dueAt = performance.now()
    const after = ((reader + i * readers) * STRIDE) % (messages - LIMIT)
    const path = `/api/rooms/${ROOM}/messages?after=${after}&limit=${LIMIT}`
    check(path, await connection.get(path, i % CHECKED_EVERY === 0))
    tally.latencies.note(performance.now() - dueAt)
    dueAt += everyMs
  }
  connection.close()
}

/** @throws Error when this is not the page that was asked for, as far as it is looked at. */
function check(path: string, { status, bodyBytes, body }: Answer): void {
  if (status !== OK) throw new Error(`unable to go on; ${path}: ${status}`)
  if (bodyBytes < LIMIT * MIN_BYTES_A_MESSAGE) throw new Error(`the audit failed: ${path} gave ${bodyBytes} bytes`)
  if (body === null) return
  const { messages }: HistoryPage = JSON.parse(body.toString())
  demandCount(path, messages.length, LIMIT)
}
