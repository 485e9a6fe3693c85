/** Most requests of one person that are being answered at a time: what they do not read of the answers is held in memory. */
export const MAX_REQUESTS_PER_PERSON = 200
/** The same of `POST /api/sync`, each of which holds several rooms at a time. */
export const MAX_SYNCS_PER_PERSON = 8
/** Most bytes of answers that one person leaves unread before they are answered any more: a score of the largest pages. */
export const MAX_UNREAD_BYTES = 16_777_216

/** Where the answer goes, as far as it says when it is over. */
export interface Outgoing {
  /** The peer has gone or has taken all. */
  readonly closed: boolean
  /** Bytes of it that the peer has not taken. */
  readonly writableLength: number
  once(event: 'close', listener: () => void): unknown
}

/** Knows what each person has under way at a time. Keeps nothing of those who have nothing. */
export class UnderWay {
  readonly #most: number
  readonly #answers = new Map<string, Set<Outgoing>>()

  /** `most`: of one person. */
  constructor(most: number) {
    this.#most = most
  }

  /** People who have something under way. */
  get size(): number {
    return this.#answers.size
  }

  /** Whether the person has anything under way. */
  has(userId: string): boolean {
    return this.#answers.has(userId)
  }

  /** Counts one until its answer is over. False, and nothing counted, when the person has as much as they may. */
  enter(userId: string, outgoing: Outgoing): boolean {
    const answers = this.#answers.get(userId) ?? new Set()
    if (answers.size >= this.#most || unreadBytes(answers) >= MAX_UNREAD_BYTES) return false
    if (outgoing.closed) return true
    this.#answers.set(userId, answers.add(outgoing))
    outgoing.once('close', () => {
      answers.delete(outgoing)
      if (answers.size === 0) this.#answers.delete(userId)
    })
    return true
  }
}

function unreadBytes(answers: Iterable<Outgoing>): number {
  let bytes = 0
  for (const { writableLength } of answers) bytes += writableLength
  return bytes
}
