/** Most people of one room whose own position is remembered; the one heard of longest ago is forgotten first. */
export const MAX_OWN_READS = 1_000

/** How far somebody has read, for themselves. Of two the one of the later revision counts, within one the further. */
export interface OwnPosition {
  readonly seq: number
  readonly revision: number
}

interface Heard extends OwnPosition {
  readonly atMs: number
}

/** Where people of one room stand for themselves, as far as it was heard: what their own devices are told. Pure. */
export class OwnReads {
  /** Those heard of longest ago first. */
  readonly #heard = new Map<string, Heard>()

  /** Takes a position. False when it is not later than what was heard before. */
  take(userId: string, position: OwnPosition, nowMs: number): boolean {
    const before = this.#heard.get(userId)
    if (before !== undefined && !isLater(position, before)) return false
    this.#heard.delete(userId)
    this.#heard.set(userId, { ...position, atMs: nowMs })
    const [oldest] = this.#heard.keys()
    if (this.#heard.size > MAX_OWN_READS && oldest !== undefined) this.#heard.delete(oldest)
    return true
  }

  /** What was heard last. */
  of(userId: string): OwnPosition | undefined {
    return this.#heard.get(userId)
  }

  /** What to tell a device that knows what was heard before `sinceMs`, and has to be told of `stood` besides. */
  newsFor(userId: string, sinceMs: number, stood: OwnPosition | null): OwnPosition | undefined {
    const heard = this.#heard.get(userId)
    if (heard === undefined || heard.atMs < sinceMs) return stood ?? undefined
    return stood === null || isLater(heard, stood) ? heard : stood
  }

  /** A person has left: what they were is nothing to who they are when they come back. */
  forget(userId: string): void {
    this.#heard.delete(userId)
  }
}

function isLater(a: OwnPosition, b: OwnPosition): boolean {
  return a.revision === b.revision ? a.seq > b.seq : a.revision > b.revision
}
