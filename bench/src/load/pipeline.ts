import type { Outgoing } from '../dialects/dialect.ts'
import { contentOf } from './closed-loop.ts'

/** A reader's count of events, as it goes. */
interface Progress {
  readonly events: number
}

/**
 * Keeps so many messages on their way that the server is never without work: a message is on its way until it is acknowledged and the
 * readers that are watched have it. So what is measured can be sustained: nothing piles up in a buffer.
 */
export class Pipeline {
  readonly #roomId: string
  readonly #inFlight: number
  readonly #send: (message: Outgoing) => void
  readonly #watched: readonly Progress[]
  readonly #base: readonly number[]
  #sent = 0
  #most = 0
  #acknowledged = 0
  #isEnded = false
  #settle: () => void = () => undefined
  /** Ended, and all acknowledged and received by those watched. */
  readonly settled: Promise<void>

  constructor(roomId: string, inFlight: number, watched: readonly Progress[], send: (message: Outgoing) => void) {
    this.#roomId = roomId
    this.#inFlight = inFlight
    this.#watched = watched
    this.#base = watched.map(reader => reader.events)
    this.#send = send
    this.settled = new Promise(resolve => {
      this.#settle = resolve
    })
  }

  /** Messages sent: their numbers are 0 and on, without a hole. */
  get sent(): number {
    return this.#sent
  }

  acknowledged(): void {
    this.#acknowledged++
    this.#fill()
  }

  /** A watched reader has got on. */
  received(): void {
    this.#fill()
  }

  /** Sends until `end`, or so many. */
  begin(messages = Number.POSITIVE_INFINITY): void {
    this.#most = messages
    this.#fill()
  }

  /** Sends nothing more. */
  end(): void {
    this.#isEnded = true
    this.#fill()
  }

  #fill(): void {
    const slowest = this.#watched.reduce((least, reader, i) => {
      return Math.min(least, reader.events - (this.#base[i] ?? 0))
    }, this.#acknowledged)
    if ((this.#isEnded || this.#sent === this.#most) && slowest === this.#sent) this.#settle()
    while (!this.#isEnded && this.#sent < this.#most && this.#sent - slowest < this.#inFlight) {
      const n = this.#sent++
      this.#send({ n, roomId: this.#roomId, content: contentOf(n) })
    }
  }
}
