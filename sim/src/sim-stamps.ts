import type { StampSource } from '@holdfast/server/testing'
import type { SimRandom } from './sim-random.ts'

/** Bytes that the name of a log takes, and that of each of its rooms (`Stamper.epoch`). */
const NAME_BYTES = 9

/**
 * Where the store's stamps come from. Every log of one world draws the same, so that what is written anew from the disk has the ids
 * that it had; but each incarnation has names of its own. The names are what is drawn first: for the log, and for the rooms, which
 * are all made before anything is written in them.
 */
export class SimStamps implements StampSource {
  /** Tells the time of the transaction that is being decided, or of whoever reads. */
  wallMs: () => number
  readonly clock = { wallMs: () => this.wallMs() }
  readonly random: { bytes(count: number): Uint8Array }

  /** @param rooms so many rooms are made before all else */
  constructor(random: SimRandom, incarnation: number, rooms: number, wallMs: () => number) {
    this.wallMs = wallMs
    const stamps = random.fork('stamps')
    const names = incarnation === 0 ? null : random.fork(`names ${incarnation}`)
    let isFirst = true
    this.random = {
      bytes(count) {
        const block = stamps.bytes(count)
        if (isFirst && names !== null) block.set(names.bytes(NAME_BYTES * (1 + rooms)))
        isFirst = false
        return block
      },
    }
  }
}
