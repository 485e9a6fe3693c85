import type { Connection } from './connection.ts'

/** How long the log is, and how much of it, from its beginning, is in the database; in pages. */
export interface LogState {
  readonly log: number
  readonly checkpointed: number
}

/**
 * Moves the log pass after pass: each moves what was written during the one before. It ends when nothing is left, or when a pass leaves more than
 * half of what the last one left: under constant writing there is always something, and somebody else has to move that between two commits.
 *
 * @returns where the log stands then.
 * @throws SQLite's error.
 */
export function movePasses(connection: Connection): () => LogState {
  const pass = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  // A pass tells of the log as it was when it began.
  const state = connection.prepare('PRAGMA wal_checkpoint(NOOP)')
  return () => {
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      pass.get()
      const now = state.get() as LogState
      const left = now.log - now.checkpointed
      if (left === 0 || left > before / 2) return now
      before = left
    }
  }
}
