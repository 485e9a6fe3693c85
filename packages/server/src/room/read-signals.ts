import { encode } from '@holdfast/protocol'
import type { Scheduler } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'

/** Least time between two `reads` frames of a room, in milliseconds. */
export const READS_INTERVAL_MS = 250
/** Most positions in one frame; what does not fit is lost, as signals may be, until it moves again. */
const MAX_READS = 500

/** Gathers read positions that have moved, so that a room sends its readers at most four frames of them a second. */
export class ReadSignals {
  readonly #roomId: string
  readonly #scheduler: Scheduler
  readonly #send: (message: SharedText) => void
  readonly #moved = new Map<string, number>()

  constructor(roomId: string, { scheduler }: { readonly scheduler: Scheduler }, send: (message: SharedText) => void) {
    this.#roomId = roomId
    this.#scheduler = scheduler
    this.#send = send
  }

  /** Each person's furthest position is the one that counts, in whatever order they come. */
  add(reads: Readonly<Record<string, number>>): void {
    if (this.#moved.size === 0) this.#scheduler.after(READS_INTERVAL_MS, this.#flush)
    for (const [userId, seq] of Object.entries(reads)) {
      const before = this.#moved.get(userId)
      if (before === undefined && this.#moved.size >= MAX_READS) continue
      this.#moved.set(userId, Math.max(before ?? 0, seq))
    }
  }

  readonly #flush = (): void => {
    if (this.#moved.size === 0) return
    const reads = Object.fromEntries(this.#moved)
    this.#moved.clear()
    this.#send(new SharedText(encode({ type: 'reads', roomId: this.#roomId, reads })))
  }
}
