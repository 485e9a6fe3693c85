import { createHash } from 'node:crypto'

/** One thing that happened: who did it, or to whom it was done. */
interface Entry {
  readonly atMs: number
  readonly who: string
  readonly what: string
}

/** How many of the latest entries are kept to be read. */
const KEPT = 4_000
/** How many more are kept once something is broken. */
const AFTER = 6
/** What tells only that a connection lives: hashed as all else, and not shown. */
const SIGN_OF_LIFE = /"(?:ping|pong|auth\.refresh)"/
/** Longest text that is shown of one. */
const SHOWN_LENGTH = 300

/** Everything that is done, sent, heard, written and shown in a world, in its order. */
export class Trace {
  readonly #nowMs: () => number
  readonly #hash = createHash('sha256')
  readonly #entries: Entry[] = []
  readonly #keep: number
  #first = 0
  #left = Number.POSITIVE_INFINITY

  /** `keep`: how many of the latest entries can be read in the end. Default 4,000. */
  constructor(nowMs: () => number, keep = KEPT) {
    this.#nowMs = nowMs
    this.#keep = keep
  }

  note(who: string, what: string): void {
    const atMs = this.#nowMs()
    this.#hash.update(`${atMs} ${who} ${what}\n`)
    if (this.#left <= 0 || SIGN_OF_LIFE.test(what)) return
    this.#left--
    this.#entries.push({ atMs, who, what })
    if (this.#entries.length - this.#first <= this.#keep) return
    this.#first++
    // Moving all of them one place each time would cost too much.
    if (this.#first < this.#keep) return
    this.#entries.splice(0, this.#first)
    this.#first = 0
  }

  /** Something is broken now: what led to it is kept, whatever happens later. */
  pin(): void {
    if (this.#left === Number.POSITIVE_INFINITY) this.#left = AFTER
  }

  /** Of everything so far: two runs that differ in anything have different ones. */
  get hash(): string {
    return this.#hash.copy().digest('hex').slice(0, 16)
  }

  /** What is kept of it, the oldest first, a line each: when, who, what. */
  get lines(): readonly string[] {
    return this.#entries.slice(this.#first).map(({ atMs, who, what }) => {
      const short = what.length > SHOWN_LENGTH ? `${what.slice(0, SHOWN_LENGTH)}… (${what.length} characters)` : what
      return `${(atMs / 1_000).toFixed(3).padStart(9)}  ${who.padEnd(18)} ${short}`
    })
  }
}
