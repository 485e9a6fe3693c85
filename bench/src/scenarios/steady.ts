import { compare, demand, demandCount } from '../generator/audit.ts'
import { capacityFigures, ThreadMeter } from '../generator/capacity.ts'
import { Latencies } from '../generator/latencies.ts'
import { Meter } from '../generator/meter.ts'
import { openLoop } from '../generator/open-loop.ts'
import { until } from '../generator/until.ts'
import { contentOf } from '../load/closed-loop.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import type { Reader } from '../load/reader.ts'
import { type Assignment, assign } from './assignment.ts'
import { demandKept } from './kept.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface Steady {
  readonly rooms: number
  /** Readers of each room. */
  readonly readers: number
  /** Over all rooms: at least one for each. */
  readonly writers: number
  /** Messages a second, over all writers in turn: less than any of the compared servers could bear. */
  readonly perSecond: number
  readonly ms: number
  readonly warmMs: number
}

const RECEIVED_WITHIN_MS = 30_000
/** The generator leaves the processors to the servers between its calls: here it is no matter when exactly a message is sent. */
const LOOK_MS = 0

/**
 * Messages at a fixed rate that leaves the server time, to see what they take of each of its threads. Work is counted in deliveries, and in messages
 * where nobody reads. Afterwards each message is acknowledged, each reader has all of its room's and the logs hold each once.
 */
export async function steady(subject: Subject, parameters: Steady): Promise<Outcome> {
  const { rooms, readers: inRoom, writers, perSecond, ms, warmMs } = parameters
  const { dialect, pids } = subject
  const assignment = assign(rooms, writers)
  await dialect.prepare({ rooms: assignment.rooms })
  const crew = new Crew(dialect)
  const readers = await crew.read(plansOf(assignment, inRoom))
  const ledger = new Ledger(assignment)
  const people = await crew.write(assignment.people, n => ledger.acknowledged(n))
  const send = (dueAt: number) => {
    const { writer, ...message } = ledger.next(dueAt)
    people[writer]?.send(message)
  }
  await crew.guard(openLoop(perSecond, warmMs, send, undefined, LOOK_MS))
  ledger.measure()
  const [server = 0] = pids.server
  const [threads, meter, before] = [new ThreadMeter(server, subject.loopsFile), new Meter(pids), received(readers)]
  await crew.guard(openLoop(perSecond, ms, send, undefined, LOOK_MS))
  const [shares, load, after] = [threads.stop(), meter.stop(), received(readers)]
  await crew.guard(settled(ledger, assignment, readers))
  crew.close()
  await audit(subject, assignment, ledger, readers)
  const done = inRoom === 0 ? ledger.measured : after - before
  return {
    figures: {
      ...capacityFigures(done / load.seconds, perSecond * Math.max(1, inRoom), load.serverCores, shares),
      perSecond: done / load.seconds,
      p50Ms: ledger.latencies.percentile(50),
      p99Ms: ledger.latencies.percentile(99),
    },
    curves: {},
    load,
  }
}

function plansOf({ rooms }: Assignment, inRoom: number): readonly ReaderPlan[] {
  return rooms.flatMap(({ id }) => {
    return Array.from({ length: inRoom }, (_, i): ReaderPlan => {
      return { userId: `${id}reader${i}`, roomIds: [id], attention: i === 0 ? 'checks' : 'counts' }
    })
  })
}

function received(readers: readonly Reader[]): number {
  return readers.reduce((sum, reader) => sum + reader.events, 0)
}

/** Messages by their number: where each goes, when it was due, and how long its acknowledgement took. */
class Ledger {
  readonly #assignment: Assignment
  readonly #due: number[] = []
  readonly #sentTo = new Map<string, number[]>()
  #acknowledged = 0
  #measuredFrom = Number.POSITIVE_INFINITY
  readonly latencies = new Latencies()

  constructor(assignment: Assignment) {
    this.#assignment = assignment
  }

  /** What is sent from now on counts. */
  measure(): void {
    this.#measuredFrom = this.#due.length
  }

  /** How many of those that count were sent. */
  get measured(): number {
    return this.#due.length - this.#measuredFrom
  }

  get isAcknowledged(): boolean {
    return this.#acknowledged === this.#due.length
  }

  /** Writers take turns, and each of them its rooms. */
  next(dueAt: number) {
    const n = this.#due.push(dueAt) - 1
    const { roomsOf } = this.#assignment
    const writer = n % roomsOf.length
    const own = roomsOf[writer] ?? []
    const roomId = own[Math.floor(n / roomsOf.length) % own.length] ?? ''
    const sent = this.#sentTo.get(roomId)
    if (sent === undefined) this.#sentTo.set(roomId, [n])
    else sent.push(n)
    return { n, writer, roomId, content: contentOf(n) }
  }

  acknowledged(n: number): void {
    this.#acknowledged++
    if (n >= this.#measuredFrom) this.latencies.note(performance.now() - (this.#due[n] ?? 0))
  }

  sentTo(roomId: string): readonly number[] {
    return this.#sentTo.get(roomId) ?? []
  }
}

/** The messages of each reader's room. */
function wantedBy({ rooms }: Assignment, ledger: Ledger, readers: readonly Reader[]): readonly (readonly number[])[] {
  const inRoom = readers.length / rooms.length
  return readers.map((_, i) => ledger.sentTo(rooms[Math.floor(i / inRoom)]?.id ?? ''))
}

function settled(ledger: Ledger, assignment: Assignment, readers: readonly Reader[]): Promise<void> {
  const wanted = wantedBy(assignment, ledger, readers)
  const hasAll = () => readers.every((reader, i) => reader.events >= (wanted[i]?.length ?? 0))
  const isSettled = () => ledger.isAcknowledged && hasAll()
  return until(isSettled, RECEIVED_WITHIN_MS, () => 'the audit failed: not all was acknowledged and received')
}

async function audit(
  { dialect }: Subject,
  assignment: Assignment,
  ledger: Ledger,
  readers: readonly Reader[],
): Promise<void> {
  const wanted = wantedBy(assignment, ledger, readers)
  for (const [i, reader] of readers.entries()) {
    const messages = wanted[i] ?? []
    demandCount(`reader ${i}`, reader.events, messages.length)
    if (reader.seen.length > 0) demand(`reader ${i}`, compare(new Set(messages), reader.seen))
  }
  const { rooms } = assignment
  await demandKept(
    dialect,
    rooms.reduce((sum, { id }) => sum + ledger.sentTo(id).length, 0),
  )
  if (dialect.log === null) return
  for (const { id, writers } of rooms) {
    demand(`the log of ${id}`, compare(new Set(ledger.sentTo(id)), await dialect.log(id, writers[0] ?? '')))
  }
}
