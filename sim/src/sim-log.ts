import { createMemoryLog, type LogCommand, type Outcome, type RoomLog } from '@holdfast/server/testing'
import { BEGINNING_MS } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import { SimStamps } from './sim-stamps.ts'

/** A room log that any number of others are equal to: the same commands at the same times give the same, to the last id. */
export class SimLog {
  /** For whoever reads. */
  readonly rooms: RoomLog
  readonly #stamps: SimStamps

  /**
   * @param incarnation which log of this world it is; each has names of its own
   * @param count so many rooms are made before all else
   */
  constructor(random: SimRandom, incarnation: number, count: number) {
    this.#stamps = new SimStamps(random, incarnation, count, () => BEGINNING_MS)
    this.rooms = createMemoryLog({ platform: this.#stamps })
  }

  /** Decides commands at a time, and writes what was decided. */
  commit(batch: readonly LogCommand[], wallMs: number): Promise<readonly Outcome[]> {
    this.#stamps.wallMs = () => wallMs
    return this.rooms.commit(batch)
  }

  /** Whoever reads next has this clock. */
  readAt(wallMs: () => number): void {
    this.#stamps.wallMs = wallMs
  }
}
