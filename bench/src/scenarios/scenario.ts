import type { Dialect } from '../dialects/dialect.ts'
import type { Curve } from '../generator/latencies.ts'
import type { Load, ServerPids } from '../generator/meter.ts'

/** The server that a scenario runs against. */
export interface Subject {
  readonly dialect: Dialect
  readonly url: string
  readonly pids: ServerPids
  /** Where the server writes when its loop stood still, or null where it is not watched. */
  readonly loopsFile: string | null
}

/** What one run came to. */
export interface Outcome {
  /** By name; each scenario says which. */
  readonly figures: Readonly<Record<string, number>>
  readonly curves: Readonly<Record<string, Curve>>
  /** What the measured stretch cost, or null where that is not the question. */
  readonly load: Load | null
}
