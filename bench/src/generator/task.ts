import type { DialectName } from '../dialects/dialects.ts'
import type { Spec } from '../scenarios/scenarios.ts'
import type { ServerPids } from './meter.ts'

/** What the generator's process is told to do. */
export interface Task {
  readonly dialect: DialectName
  readonly url: string
  readonly pids: ServerPids
  readonly spec: Spec
  /** Where the server writes when its loop stood still, or null where it is not watched. */
  readonly loopsFile: string | null
}
