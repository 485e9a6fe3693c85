import { compare, demand, demandCount } from '../generator/audit.ts'
import { Latencies } from '../generator/latencies.ts'
import { Meter } from '../generator/meter.ts'
import { openLoop } from '../generator/open-loop.ts'
import { until } from '../generator/until.ts'
import { contentOf } from '../load/closed-loop.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import type { Reader } from '../load/reader.ts'
import type { Writer } from '../load/writer.ts'
import { demandKept } from './kept.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface Latency {
  readonly rooms: number
  /** Readers of each room. */
  readonly members: number
  /** Messages a second, over all rooms in turn. */
  readonly perSecond: number
  /** Whether the readers are members of their rooms. */
  readonly areMembers: boolean
  /** Signals a second from all readers together: typing and read positions by turns. */
  readonly signals: number
  readonly ms: number
  readonly warmMs: number
}

/** Readers of each room that hold every event against the contract; the others note what came. */
const CHECKING = 1
const RECEIVED_WITHIN_MS = 30_000
/** Signals are sent until the measured stretch is over. */
const LONGEST_MS = 600_000

/** Messages by their number: when each was due, and how many readers have it. */
class Ledger {
  readonly due: number[] = []
  readonly #received: number[] = []
  readonly #readers: number
  readonly #each = new Latencies()
  readonly #last = new Latencies()
  readonly #acks = new Latencies()
  /** How late the generator itself was. */
  readonly #lateness = new Latencies()
  #measuredFrom = Number.POSITIVE_INFINITY
  #complete = 0
  #acknowledged = 0

  constructor(readers: number) {
    this.#readers = readers
  }

  measure(): void {
    this.#measuredFrom = this.due.length
  }

  sent(dueAt: number): number {
    const n = this.due.push(dueAt) - 1
    this.#received.push(0)
    if (n >= this.#measuredFrom) this.#lateness.note(performance.now() - dueAt)
    return n
  }

  acknowledge(n: number): void {
    this.#acknowledged++
    if (n >= this.#measuredFrom) this.#acks.note(performance.now() - (this.due[n] ?? 0))
  }

  received(n: number): void {
    const count = (this.#received[n] ?? 0) + 1
    this.#received[n] = count
    const ms = performance.now() - (this.due[n] ?? 0)
    if (n >= this.#measuredFrom) this.#each.note(ms)
    if (count !== this.#readers) return
    this.#complete++
    if (n >= this.#measuredFrom) this.#last.note(ms)
  }

  get isComplete(): boolean {
    return this.#complete === this.due.length && this.#acknowledged === this.due.length
  }

  get standing(): string {
    return `of ${this.due.length} messages ${this.#complete} reached all, ${this.#acknowledged} were acknowledged`
  }

  figures() {
    return {
      p50Ms: this.#each.percentile(50),
      p99Ms: this.#each.percentile(99),
      allP50Ms: this.#last.percentile(50),
      allP99Ms: this.#last.percentile(99),
      ackP50Ms: this.#acks.percentile(50),
      ackP99Ms: this.#acks.percentile(99),
      generatorLateP99Ms: this.#lateness.percentile(99),
    }
  }

  curves() {
    return { 'send to received': this.#each.curve(), 'send to received by all': this.#last.curve() }
  }
}

/**
 * Messages at a fixed rate, whatever the server does meanwhile. Noted is how long after its due time each reader had each message,
 * and when the last one had it.
 */
export async function latency(subject: Subject, parameters: Latency): Promise<Outcome> {
  const { rooms, members, perSecond, signals, ms, warmMs } = parameters
  const roomIds = Array.from({ length: rooms }, (_, i) => `room${i}`)
  const crew = new Crew(subject.dialect)
  const ledger = new Ledger(members)
  const plans = plansOf(roomIds, members)
  await subject.dialect.prepare({
    rooms: roomIds.map((id, i) => {
      const readers = plans.filter(plan => plan.roomIds.includes(id)).map(plan => plan.userId)
      return { id, writers: [`writer${i}`, ...(parameters.areMembers ? readers : [])] }
    }),
  })
  const readers = await crew.read(plans, { onMessage: n => ledger.received(n) })
  const people = roomIds.map((_, i) => `writer${i}`)
  const writers = await crew.write(people, n => ledger.acknowledge(n))
  const send = sender(ledger, roomIds, writers)
  await crew.guard(openLoop(perSecond, warmMs, send))
  ledger.measure()
  const meter = new Meter(subject.pids)
  const frames = otherFrames(readers)
  let isOver = false
  const signalling = signal(subject, plans, readers, signals, () => isOver)
  await crew.guard(openLoop(perSecond, ms, send))
  isOver = true
  const load = meter.stop()
  await crew.guard(signalling)
  const signalFrames = (otherFrames(readers) - frames) / readers.length / load.seconds
  await crew.guard(
    until(
      () => ledger.isComplete,
      RECEIVED_WITHIN_MS,
      () => `the audit failed: ${ledger.standing}`,
    ),
  )
  crew.close()
  await audit(subject, ledger, roomIds, members, readers)
  return { figures: { ...ledger.figures(), signalFrames }, curves: ledger.curves(), load }
}

function plansOf(roomIds: readonly string[], members: number): readonly ReaderPlan[] {
  return roomIds.flatMap(id => {
    return Array.from({ length: members }, (_, i): ReaderPlan => {
      return { userId: `${id}reader${i}`, roomIds: [id], attention: i < CHECKING ? 'checks' : 'notes' }
    })
  })
}

function otherFrames(readers: readonly Reader[]): number {
  return readers.reduce((sum, reader) => sum + reader.otherFrames, 0)
}

async function audit(
  { dialect }: Subject,
  ledger: Ledger,
  roomIds: readonly string[],
  members: number,
  readers: readonly Reader[],
): Promise<void> {
  const inRoom = roomIds.map((_, room) => new Set([...ledger.due.keys()].filter(n => n % roomIds.length === room)))
  for (const [i, reader] of readers.entries()) {
    const wanted = inRoom[Math.floor(i / members)] ?? new Set()
    demandCount(`reader ${i}`, reader.events, wanted.size)
    if (i % members < CHECKING) demand(`reader ${i}`, compare(wanted, reader.seen))
  }
  await demandKept(dialect, ledger.due.length)
  if (dialect.log === null) return
  for (const [room, id] of roomIds.entries()) {
    demand(`the log of ${id}`, compare(inRoom[room] ?? new Set(), await dialect.log(id, `writer${room}`)))
  }
}

/** Every reader in turn says that it types, or how far it has read. */
function signal(
  { dialect }: Subject,
  plans: readonly ReaderPlan[],
  readers: readonly Reader[],
  perSecond: number,
  isOver: () => boolean,
): Promise<void> {
  let turn = 0
  const one = () => {
    const i = turn % readers.length
    const reader = readers[i]
    const text = dialect.signal(plans[i]?.roomIds[0] ?? '', reader?.seq ?? 0, Math.floor(turn / readers.length))
    if (text !== null) reader?.say(text)
    turn++
  }
  return perSecond === 0 ? Promise.resolve() : openLoop(perSecond, LONGEST_MS, one, isOver)
}

/** Sends to the rooms in turn: message `n` to room `n % rooms`. */
function sender(ledger: Ledger, roomIds: readonly string[], writers: readonly Writer[]) {
  return (dueAt: number) => {
    const n = ledger.sent(dueAt)
    const room = n % roomIds.length
    writers[room]?.send({ n, roomId: roomIds[room] ?? '', content: contentOf(n) })
  }
}
