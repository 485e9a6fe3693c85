/** Most requests of one person that are being answered at a time: what they do not read of the answers is held in memory. */
export const MAX_REQUESTS_PER_PERSON = 200
/** The same of `POST /api/sync`, each of which holds several rooms at a time. */
export const MAX_SYNCS_PER_PERSON = 8

/** Where the answer goes, as far as it says when it is over. */
export interface Outgoing {
  /** The peer has gone or has taken all. */
  readonly closed: boolean
  once(event: 'close', listener: () => void): unknown
}

/** Counts what each person has under way at a time. Keeps nothing of those who have nothing. */
export class UnderWay {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  /** `most`: of one person. */
  constructor(most: number) {
    this.#most = most
  }

  /** People who have something under way. */
  get size(): number {
    return this.#counts.size
  }

  /** Counts one until its answer is over. False, and nothing counted, when the person has as many as they may. */
  enter(userId: string, outgoing: Outgoing): boolean {
    const count = this.#counts.get(userId) ?? 0
    if (count >= this.#most) return false
    if (outgoing.closed) return true
    this.#counts.set(userId, count + 1)
    outgoing.once('close', () => this.#leave(userId))
    return true
  }

  #leave(userId: string): void {
    const left = (this.#counts.get(userId) ?? 1) - 1
    if (left > 0) this.#counts.set(userId, left)
    else this.#counts.delete(userId)
  }
}
