import { SendLane } from '../log/send-lane.ts'

/** Most rooms in which one session has sends under way or refused sends that hold back others. */
export const MAX_LANES = 1_000

/** One send's way through its lane. */
export interface Passage {
  readonly clientId: string
  readonly ticket: number
  /** It is the message that the lane waits for. */
  readonly isRetry: boolean
  /** What it has to wait for before anything is decided about it; null: nothing. */
  readonly after: Promise<void> | null
}

/** A refused message is being given up: what had arrived before that is still behind it, and what comes later is not. */
interface Cancellation {
  readonly clientId: string
  /** The last send that had arrived. */
  readonly upTo: number
  /** Of those that had, how many are not answered yet. */
  left: number
  readonly done: PromiseWithResolvers<void>
}

/**
 * One room's lane as the session keeps it.
 *
 * The log decides what a lane lets through, but too fast a send never reaches the log. When that one comes behind a retry whose
 * fate is not known yet, it is kept in mind: if the retry is answered for good, it is the first refusal, and blocks; if
 * the retry is refused again, it was behind that one all the time. Until then whatever follows it waits.
 */
export class RoomLane {
  readonly lane = new SendLane()
  #underWay = 0
  #retries = 0
  #kept: Passage | null = null
  #cancellation: Cancellation | null = null
  #lastTicket = 0

  /** Whether nothing is in it and nothing holds it. */
  get isFree(): boolean {
    return this.#underWay === 0 && this.lane.blockedBy === null
  }

  /** A send has arrived. To be given back by `leave`. */
  enter(clientId: string): Passage {
    const isRetry = this.lane.blockedBy === clientId
    this.#underWay++
    if (isRetry) this.#retries++
    if (this.#kept?.clientId === clientId) this.#kept = null
    this.#lastTicket = this.lane.takeTicket()
    return { clientId, ticket: this.#lastTicket, isRetry, after: this.#cancellation?.done.promise ?? null }
  }

  /** Whether it has to wait for one that was too fast. */
  hasToWait({ isRetry }: Passage): boolean {
    return this.#kept !== null && !isRetry
  }

  /** It came too fast. False when it is refused for being behind another instead. */
  holdBack(passage: Passage): boolean {
    const { clientId, ticket } = passage
    if (!this.lane.isBlockedFor(clientId, ticket)) {
      this.lane.block(clientId, ticket)
      return true
    }
    if (this.#retries === 0) return false
    this.#kept ??= passage
    return true
  }

  /** It was answered. */
  leave({ isRetry, ticket }: Passage): void {
    this.#underWay--
    if (isRetry) this.#retried()
    const cancellation = this.#cancellation
    if (cancellation === null || ticket > cancellation.upTo || --cancellation.left > 0) return
    this.#cancellation = null
    this.lane.release(cancellation.clientId)
    cancellation.done.resolve()
  }

  /** The sender gives the message up. */
  cancel(clientId: string): void {
    if (this.#kept?.clientId === clientId) this.#kept = null
    if (this.lane.blockedBy !== clientId || this.#cancellation !== null) return
    if (this.#underWay === 0) this.lane.release(clientId)
    else {
      const done = Promise.withResolvers<void>()
      this.#cancellation = { clientId, upTo: this.#lastTicket, left: this.#underWay, done }
    }
  }

  /** It will never be a message: it holds nothing any more. */
  refuse(clientId: string): void {
    this.lane.release(clientId)
  }

  /** The message that the lane waited for was sent again, and that was answered. */
  #retried(): void {
    this.#retries--
    if (this.#retries > 0 || this.#kept === null) return
    if (this.lane.blockedBy === null) this.lane.block(this.#kept.clientId, this.#kept.ticket)
    this.#kept = null
  }
}

/** The send lanes of one session or request, one per room, each for as long as it holds anything back. */
export class Lanes {
  readonly #lanes = new Map<string, RoomLane>()

  get size(): number {
    return this.#lanes.size
  }

  /** The room's lane; null when there are too many. */
  of(roomId: string): RoomLane | null {
    const known = this.#lanes.get(roomId)
    if (known !== undefined) return known
    if (this.#lanes.size >= MAX_LANES) return null
    const lane = new RoomLane()
    this.#lanes.set(roomId, lane)
    return lane
  }

  /** Forgets the room's lane if it is as good as a new one. */
  tidy(roomId: string): void {
    if (this.#lanes.get(roomId)?.isFree) this.#lanes.delete(roomId)
  }

  /** The sender gives a refused message up. */
  cancel(roomId: string, clientId: string): void {
    this.#lanes.get(roomId)?.cancel(clientId)
    this.tidy(roomId)
  }
}
