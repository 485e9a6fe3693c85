import type { Cursor } from '@holdfast/protocol'
import type { Visit, Visits } from '../log/visit.ts'
import type { RoomDeps } from './deps.ts'
import { SnapshotText, SnapshotTexts } from './snapshot-texts.ts'
import type { Subscription } from './subscription.ts'
import { Tail, type TailLimits } from './tail.ts'

/** Readers of one room that the log is asked about at once; those beyond are asked about next time. */
export const READERS_A_READ = 64
/**
 * How long readers are let in before everything else has its turn, in milliseconds. One read more may come on top: of 64 readers,
 * a thousand events and a snapshot that is some 15 ms, so that no crowd stalls the loop for 50.
 */
export const SLICE_MS = 8

/** What admission needs. */
export type AdmissionDeps = Pick<RoomDeps, 'log' | 'clock' | 'scheduler' | 'delta' | 'tail'>

/** What the log has said of one reader. */
export interface Admitted {
  readonly visit: Visit
  /** Where the room stood then; null: there is none, and the reader is refused. */
  readonly head: Cursor | null
  /** When it was asked, in monotonic time. */
  readonly askedMs: number
  /** Whether the reader was to be given events that the node has. */
  readonly isHeld: boolean
  /** The events that were read for all who came together, encoded once; null: none were. */
  readonly caughtUp: Tail | null
  /** The snapshot for who is given one. */
  readonly snapshot: SnapshotText | null
}

/** Somebody who wishes to be let in. */
interface Applicant {
  readonly subscription: Subscription
  /** Whether the node has the events after the reader's cursor. */
  readonly isHeld: () => boolean
  readonly admit: (admitted: Admitted | null) => void
  readonly fail: (error: unknown) => void
  /** A read that they shared has failed: they are asked about in one of their own. */
  readonly isAlone: boolean
}

/** Those who open one room with one window, in the order in which they came. */
interface Queue {
  readonly name: string
  readonly roomId: string
  readonly window: number
  /**
   * At most what the sessions of this node have in the course of opening, and those of them that have given up since their last turn
   * came: each goes with its turn. Who is asked about alone comes first.
   */
  readonly waiting: Applicant[]
  /** Reads of the log under way about others of them: one, but for those who are asked about alone. */
  asking: number
}

/**
 * Lets readers into rooms: at once when it is quiet, and in a crowd as many in one read of the log as have come to one room
 * meanwhile, the rooms in turn, in slices of bounded time. So the more come, the less each of them costs, and neither the loop nor another
 * room waits for all of them.
 *
 * Nobody is let in by what was read before they asked: each is authorised by a read that begins after that.
 */
export class Admission {
  readonly #deps: AdmissionDeps
  readonly #snapshots = new SnapshotTexts()
  /** By room and window. */
  readonly #queues = new Map<string, Queue>()
  /** Those that somebody waits in and about which the log is not being asked just now, in turn. */
  readonly #ready = new Set<Queue>()
  #isRunning = false

  constructor(deps: AdmissionDeps) {
    this.#deps = deps
  }

  /** Rooms that somebody waits for, or is being let in to. */
  get size(): number {
    return this.#queues.size
  }

  /**
   * What the log says of a reader; null when they have given up meanwhile. `isHeld`: whether the node has the events after their cursor, asked when it is their
   * turn. From the moment of the read on `mustAskAgain` says whether it may be out of date.
   */
  enter(subscription: Subscription, isHeld: () => boolean): Promise<Admitted | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Admitted | null>()
    const queue = this.#queueOf(subscription)
    queue.waiting.push({ subscription, isHeld, admit: resolve, fail: reject, isAlone: false })
    if (queue.asking === 0) this.#isDue(queue)
    return promise
  }

  #queueOf({ request: { roomId, window } }: Subscription): Queue {
    const name = `${window} ${roomId}`
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = { name, roomId, window, waiting: [], asking: 0 }
      this.#queues.set(name, queue)
    }
    return queue
  }

  #isDue(queue: Queue): void {
    this.#ready.add(queue)
    if (!this.#isRunning) void this.#run()
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { clock } = this.#deps
    this.#isRunning = true
    await this.#othersTurn()
    let untilMs = clock.monoMs() + SLICE_MS
    for (const queue of this.#ready) {
      this.#ready.delete(queue)
      const turn = this.#othersTurn()
      // A log that answers at once is waited for, so that what it costs to let these in counts; any other is not.
      const isAnswered = await Promise.race([this.#serve(queue), turn.then(() => false)])
      if (isAnswered && clock.monoMs() < untilMs) continue
      await turn
      untilMs = clock.monoMs() + SLICE_MS
    }
    this.#isRunning = false
  }

  #othersTurn(): Promise<void> {
    return new Promise(go => this.#deps.scheduler.soon(go))
  }

  async #serve(queue: Queue): Promise<true> {
    queue.asking++
    const applicants = nextOf(queue)
    // A log that is slow to fail is not slow for each of them in turn.
    if (queue.waiting[0]?.isAlone) this.#isDue(queue)
    for (const { subscription, admit } of applicants) if (subscription.hasEnded) admit(null)
    await this.#ask(
      queue,
      applicants.filter(({ subscription }) => !subscription.hasEnded),
    )
    queue.asking--
    if (queue.waiting.length > 0) this.#isDue(queue)
    else if (queue.asking === 0) this.#queues.delete(queue.name)
    return true
  }

  /** Never rejects. */
  async #ask(queue: Queue, applicants: readonly Applicant[]): Promise<void> {
    if (applicants.length === 0) return
    const askedMs = this.#deps.clock.monoMs()
    const known = this.#snapshots.of(queue.name)
    const visitors = applicants.map(({ subscription, isHeld }) => {
      const { reader, cursor } = subscription.request
      subscription.mustAskAgain = false
      return { actor: reader.actor, cursor, isHeld: isHeld() }
    })
    const { roomId, window, name } = queue
    try {
      const { log, delta, tail } = this.#deps
      const answer = await log.visit({ roomId, visitors, window, delta, known: known?.at ?? null })
      const caughtUp = tailOf(roomId, answer, tail)
      const snapshot = this.#snapshotOf(name, answer) ?? known
      for (const [i, { admit, fail }] of applicants.entries()) {
        const visit = answer.visits[i]
        if (visit === undefined) fail(new Error('unable to open the room; the log has not answered for this reader'))
        else admit({ visit, head: answer.head, askedMs, isHeld: visitors[i]?.isHeld === true, caughtUp, snapshot })
      }
    } catch (error) {
      // Whatever is the matter may be with one reader's own, and then the others are spared: each in a turn of theirs, or
      // a damaged room would be read for all of them in one slice.
      if (applicants.length > 1) queue.waiting.unshift(...applicants.map(one => ({ ...one, isAlone: true })))
      else for (const { fail } of applicants) fail(error)
    }
  }

  #snapshotOf(name: string, { shared }: Visits): SnapshotText | null {
    if (shared === null) return null
    const text = new SnapshotText(shared)
    this.#snapshots.keep(name, text)
    return text
  }
}

/** Those whose turn it is: who is to be asked about alone, or as many as share a read. */
function nextOf({ waiting }: Queue): Applicant[] {
  if (waiting[0]?.isAlone) return waiting.splice(0, 1)
  return waiting.splice(0, READERS_A_READ)
}

/** The events that were read; null: there are none. */
function tailOf(roomId: string, { events }: Visits, limits: TailLimits): Tail | null {
  const [first] = events
  if (first === undefined) return null
  const tail = new Tail(roomId, first.seq - 1, limits)
  for (const event of events) tail.append(event)
  return tail
}
