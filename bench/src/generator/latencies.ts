import { build, type Histogram } from 'hdr-histogram-js'

/** A minute: what takes longer counts as that. In microseconds. */
const HIGHEST_US = 60_000_000
/** Three digits of each figure are kept, whatever its size. */
const DIGITS = 3
const US_PER_MS = 1_000

/** The parts of a distribution that plots show, as percentages. */
export const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100] as const

/** A distribution as its points: percentage, and milliseconds. */
export type Curve = readonly (readonly [percent: number, ms: number])[]

/** Latencies, every one of them counted, in little memory. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
    bitBucketSize: 32,
  })

  /** Notes one, in milliseconds with fractions. */
  note(ms: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(1, Math.round(ms * US_PER_MS))))
  }

  get count(): number {
    return this.#histogram.totalCount
  }

  /** The latency that so many percent do not exceed, in milliseconds. NaN when none was noted. */
  percentile(percent: number): number {
    return this.count === 0 ? Number.NaN : this.#histogram.getValueAtPercentile(percent) / US_PER_MS
  }

  curve(): Curve {
    return PERCENTILES.map(percent => [percent, this.percentile(percent)] as const)
  }
}
