import type { Connection, Statement } from './connection.ts'
import { isFatal, reasonOf } from './faults.ts'
import type { LogMover } from './log-mover.ts'
import type { LogRoom } from './log-room.ts'
import type { LogState } from './move-passes.ts'

/**
 * The write-ahead log is moved into the database from this many pages on (40 MB). SQLite's own 1,000 moves the pages that every
 * commit changes far more often, for nothing.
 */
const CHECKPOINT_PAGES = 10_000

/** When the log is moved, and by whom; in pages of 4 KiB. */
export interface CheckpointLimits {
  /** From this length of the log on it is moved. */
  readonly due: number
  /** So much of it the writer moves itself, between two commits, where the thread has left some; of more the thread moves what is there first. */
  readonly rest: number
  /** So often the thread is asked before the writer moves what the thread has left: a commit may just have come in between. */
  readonly attempts: number
  /** From this length on the writer moves all of it, once the thread is not at it: who writes faster than is moved has to wait. */
  readonly most: number
  /** Where something keeps the log from being begun anew, it is tried again each time it has grown by so much. */
  readonly again: number
}

export const DEFAULT_CHECKPOINT_LIMITS: CheckpointLimits = {
  due: CHECKPOINT_PAGES,
  rest: CHECKPOINT_PAGES / 10,
  attempts: 3,
  most: 1.6 * CHECKPOINT_PAGES,
  again: CHECKPOINT_PAGES / 10,
}

export interface CheckpointParts {
  readonly writer: Connection
  readonly mover: LogMover
  /** Makes room in the log's file ahead of it. Default: nobody does. */
  readonly room?: LogRoom | undefined
  /** Told why the log could not be moved. What is in it is safe. */
  readonly onFailure: (failure: Error) => void
  readonly limits: CheckpointLimits
}

/**
 * Keeps the write-ahead log bounded without holding up commits for it.
 *
 * A thread moves the log into the database while commits go on. What is written meanwhile is moved by another pass, which
 * has less to do: only when all of the log is in the database does the next commit begin it anew. Between two commits of a server that is not
 * busy all the time the thread comes to that moment itself (see `movePasses`); under constant writing a little is left, and the writer moves that
 * between two commits. A log that nobody writes to stays as it is.
 *
 * SQLite would move the log by itself, within whichever commit makes it too long, and swallow what fails. That is switched off.
 */
export class Checkpoints {
  readonly #mover: LogMover
  readonly #room: LogRoom | undefined
  readonly #onFailure: (failure: Error) => void
  readonly #limits: CheckpointLimits
  readonly #state: Statement
  readonly #move: Statement
  #isMoving = false
  /** How often the thread was asked since the log was begun anew. */
  #asked = 0
  /** From this length of the log on something is to be done; more than `limits.due` after an attempt. */
  #due: number

  constructor({ writer, mover, room, onFailure, limits }: CheckpointParts) {
    this.#mover = mover
    this.#room = room
    this.#onFailure = onFailure
    this.#limits = limits
    this.#due = limits.due
    this.#state = writer.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#move = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /**
   * To be called once, before anything is answered: a log that is due already is moved whole, or the first commit would wait for what
   * an earlier server or a migration has left in it.
   *
   * @throws SQLite's error when nothing may be written after it; any other is told.
   */
  atStart(): void {
    try {
      const { log } = this.#state.get() as LogState
      if (log >= this.#limits.due) this.#move.get()
    } catch (error) {
      if (isFatal(error)) throw error
      this.#failed(error)
    }
  }

  /** To be called after each commit, outside of any transaction. It never throws. */
  afterCommit(): void {
    try {
      const state = this.#state.get() as LogState
      this.#room?.extend(state.log)
      this.#step(state)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Resolves when the thread has ended: it finishes what it is at. */
  close(): Promise<void> {
    this.#room?.close()
    return this.#mover.close()
  }

  #step({ log, checkpointed }: LogState): void {
    const { due, rest, attempts, most, again } = this.#limits
    if (log < due) {
      this.#due = due
      this.#asked = 0
    }
    if (log < this.#due || this.#isMoving) return
    this.#due = log + again
    const isRest = log - checkpointed <= rest && this.#asked >= attempts
    if (isRest || log >= most) this.#move.get()
    else void this.#moveBulk(checkpointed)
  }

  async #moveBulk(before: number): Promise<void> {
    this.#isMoving = true
    this.#asked++
    try {
      const after = await this.#mover.move()
      // Where somebody who reads keeps it from being moved, it is not tried again at once.
      if (after > before) this.#due = this.#limits.due
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isMoving = false
    }
  }

  #failed(cause: unknown): void {
    this.#onFailure(new Error(`unable to move the log into the database; ${reasonOf(cause)}`, { cause }))
  }
}
