import type { Coverage } from './coverage.ts'
import type { LineManner } from './line-manner.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** How often a line that is cut is tried again, in milliseconds: what is under way then arrives late, as over TCP. */
const RETRY_MS = 250

/** What a pipe is made of. */
export interface PipeParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly coverage: Coverage
  readonly manner: LineManner
}

interface Parcel {
  readonly bytes: number
  readonly arrive: () => void
}

/** One direction of a connection: whatever goes in comes out in the same order, or, from some moment on, not at all. */
export class SimPipe {
  readonly #parts: PipeParts
  /** Whether it leads to the device: that is the way whose bandwidth may be small. */
  readonly #isDown: boolean
  readonly #parcels: Parcel[] = []
  #bytes = 0
  #isMoving = false
  #isFrozen = false
  #isTorn = false

  constructor(parts: PipeParts, isDown: boolean) {
    this.#parts = parts
    this.#isDown = isDown
  }

  /** Bytes that went in and have not come out. */
  get bytes(): number {
    return this.#bytes
  }

  put(bytes: number, arrive: () => void): void {
    if (this.#isFrozen) this.#parts.coverage.saw('lost on a silent line')
    if (this.#isFrozen || this.#isTorn) return
    this.#parcels.push({ bytes, arrive })
    this.#bytes += bytes
    if (!this.#isMoving) this.#move()
  }

  /** Nothing comes out any more, and nobody is told. */
  freeze(): void {
    this.#isFrozen = true
  }

  /** It breaks: of what is under way only the first so many still come out, and nothing that is put in from now on. */
  tear(): void {
    const { length } = this.#parcels
    const lost = this.#parcels.splice(this.#parts.random.int(0, length))
    for (const { bytes } of lost) this.#bytes -= bytes
    this.#parts.coverage.saw('lost as a line broke', lost.length)
    this.#isTorn = true
  }

  #move(): void {
    const [parcel] = this.#parcels
    this.#isMoving = parcel !== undefined
    if (parcel === undefined) return
    const { time, random, manner, coverage } = this.#parts
    const { delayMs, bytesPerSecond } = manner
    const bytesMs = this.#isDown && bytesPerSecond > 0 ? (parcel.bytes / bytesPerSecond) * 1_000 : 0
    if (bytesMs > 0) coverage.saw('slowed down')
    time.after(random.exponential(delayMs) + bytesMs, () => this.#handOver(parcel))
  }

  /** What has gathered behind the first goes with it: it is the line that is slow, not each message. */
  #handOver(first: Parcel): void {
    const { time, random, manner, coverage } = this.#parts
    if (this.#isFrozen) return
    const isOneWay = this.#isDown ? manner.isDeaf : manner.isMute
    if (manner.isCut || isOneWay) {
      coverage.saw(isOneWay ? 'tried in vain on a line that goes one way' : 'tried in vain on a cut line')
      time.after(RETRY_MS, () => this.#handOver(first))
      return
    }
    const count = manner.bytesPerSecond > 0 && this.#isDown ? 1 : random.int(1, this.#parcels.length)
    for (const parcel of this.#parcels.splice(0, count)) {
      this.#bytes -= parcel.bytes
      parcel.arrive()
    }
    this.#move()
  }
}
