import type { DownFrame, Typing } from '@holdfast/protocol'
import type { Clock } from '../../src/platform/clock.ts'
import type { FakeReader } from './fake-reader.ts'

/** What a reader's screen says about who types, for a client that looks at `remainingMs` and for one that does not. */
export class TypingScreen {
  readonly #clock: Clock
  readonly frames: { readonly atMs: number; readonly frame: Typing }[] = []

  constructor(reader: FakeReader, clock: Clock) {
    this.#clock = clock
    reader.onSignal = frame => this.#take(frame)
  }

  /** Who is shown now, in the order told. */
  get names(): readonly string[] {
    const last = this.frames.at(-1)
    if (last === undefined) return []
    const { userIds, remainingMs = [] } = last.frame
    const passedMs = this.#clock.monoMs() - last.atMs
    return userIds.filter((_, i) => (remainingMs[i] ?? 0) > passedMs)
  }

  /** Who is shown now by a client that only knows of names. */
  get namesWithoutTimes(): readonly string[] {
    return this.frames.at(-1)?.frame.userIds ?? []
  }

  /** The least time between two frames, in milliseconds. */
  get leastGapMs(): number {
    const gaps = this.frames.slice(1).map(({ atMs }, i) => atMs - (this.frames[i]?.atMs ?? 0))
    return Math.min(...gaps, Number.POSITIVE_INFINITY)
  }

  #take(frame: DownFrame): void {
    if (frame.type === 'typing') this.frames.push({ atMs: this.#clock.monoMs(), frame })
  }
}
