import { SendLane } from '../log/send-lane.ts'

/** Most rooms in which one session has sends under way or refused sends that hold back others. */
export const MAX_LANES = 1_000

/** The send lanes of one session or request, one per room, each for as long as it holds anything back. */
export class Lanes {
  readonly #lanes = new Map<string, { readonly lane: SendLane; underWay: number }>()

  get size(): number {
    return this.#lanes.size
  }

  /** The room's lane for one more send, to be given back by `leave`; null when there are too many. */
  enter(roomId: string): SendLane | null {
    let entry = this.#lanes.get(roomId)
    if (entry === undefined) {
      if (this.#lanes.size >= MAX_LANES) return null
      entry = { lane: new SendLane(), underWay: 0 }
      this.#lanes.set(roomId, entry)
    }
    entry.underWay++
    return entry.lane
  }

  /** A send has been answered. */
  leave(roomId: string): void {
    const entry = this.#lanes.get(roomId)
    if (entry === undefined) return
    entry.underWay--
    this.#drop(roomId)
  }

  /** The sender gives a refused message up. */
  cancel(roomId: string, clientId: string): void {
    this.#lanes.get(roomId)?.lane.release(clientId)
    this.#drop(roomId)
  }

  /** A lane that nothing is in and nothing holds is as good as a new one. */
  #drop(roomId: string): void {
    const entry = this.#lanes.get(roomId)
    if (entry !== undefined && entry.underWay === 0 && entry.lane.blockedBy === null) this.#lanes.delete(roomId)
  }
}
