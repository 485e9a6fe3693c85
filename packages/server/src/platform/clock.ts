/** What time it is. Wall time may jump either way; monotonic time never goes back. */
export interface Clock {
  /** Milliseconds since the Unix epoch. For stamps and expiry; never for measuring how long something took. */
  wallMs(): number
  /** Milliseconds since some fixed moment of this process. */
  monoMs(): number
}

/** Stops what was scheduled; harmless when it ran already. */
export type Cancel = () => void

/** When things happen. Every timer of the server goes through one of these, so that a test can own time. */
export interface Scheduler {
  /** Runs `task` once, `ms` milliseconds from now. It keeps no process alive. */
  after(ms: number, task: () => void): Cancel
  /** Runs `task` once the input that is waiting now has been read: what arrived together is handled together. */
  soon(task: () => void): void
}

/** Where chance comes from. */
export interface Random {
  /** `count` bytes that nobody can guess. */
  bytes(count: number): Uint8Array
  /** A number from 0 up to, not including, 1. */
  fraction(): number
}

/** The platform that the core runs on. */
export interface Platform {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}
