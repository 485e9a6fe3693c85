/** Stops what was scheduled; harmless when it ran already. */
export type Cancel = () => void

/** When things happen. Every timer of the client goes through one of these, so that a test can own time. */
export interface Scheduler {
  /** Runs `task` once, `ms` milliseconds from now; as soon as it can when that has passed. */
  after(ms: number, task: () => void): Cancel
}
