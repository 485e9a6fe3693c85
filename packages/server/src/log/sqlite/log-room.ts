import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** What a page takes in the log: itself and the head of its frame, in bytes. */
const FRAME_BYTES = 4_096 + 24

/** How the file is made longer; in pages of the log, but for `stepBytes`. */
export interface LogRoomLimits {
  /** Once the log is as long as this: most that begin are over before, and who writes so much will write more. */
  readonly from: number
  /** Up to this, which is a little more than a log grows to before it is moved. */
  readonly upTo: number
  /** So much with each commit, in bytes. */
  readonly stepBytes: number
}

/** 12,000 pages are 49 MB: `DEFAULT_CHECKPOINT_LIMITS.due`, and what is written while that is moved. */
export const DEFAULT_LOG_ROOM: LogRoomLimits = { from: 500, upTo: 12_000, stepBytes: 262_144 }

/**
 * Makes the log's file longer than the log is, by zeros, a step with each commit, so that later commits write over what is there. A commit that makes the
 * file longer waits for the file system's own journal besides, which others that write to the same disk keep waiting: it takes a third
 * longer at the median, and several times as long where the disk is busy. Once the log is begun anew its file is as long as it was; this is for
 * the first time round.
 *
 * SQLite takes for the log's end the first frame whose checksum is wrong, and zeros are none. Nobody else writes to the file: the thread that
 * moves the log only reads it.
 */
export class LogRoom {
  readonly #file: string
  readonly #limits: LogRoomLimits
  /** While it is at it: the open file, and what is written to it. */
  #writing: { readonly descriptor: number; readonly zeros: Buffer } | null = null
  #isDone = false

  /** `file`: the log's. */
  constructor(file: string, limits: LogRoomLimits = DEFAULT_LOG_ROOM) {
    this.#file = file
    this.#limits = limits
  }

  /**
   * One step, if there is need of one; to be called between two commits, by the thread that commits. `log`: its length in pages.
   *
   * It never throws. When it fails nothing more is tried, and what was written of the step is given back, so that a full disk has the space for the database: the
   * commit that finds no room tells of it.
   */
  extend(log: number): void {
    const { from, upTo, stepBytes } = this.#limits
    if (this.#isDone || log < from) return
    try {
      this.#writing ??= { descriptor: openSync(this.#file, 'r+'), zeros: Buffer.alloc(stepBytes) }
      const { descriptor, zeros } = this.#writing
      const { size } = fstatSync(descriptor)
      if (size >= upTo * FRAME_BYTES) this.close()
      else if (!isWritten(descriptor, zeros, size)) {
        // Nothing of the log stands behind that, and nobody else writes to it now.
        ftruncateSync(descriptor, size)
        this.close()
      }
    } catch {
      this.close()
    }
  }

  /** Nothing more is done. It never throws. */
  close(): void {
    this.#isDone = true
    const writing = this.#writing
    this.#writing = null
    if (writing === null) return
    try {
      closeSync(writing.descriptor)
    } catch {
      // The zeros that could not be written are nobody's.
    }
  }
}

/** False when the disk has taken nothing, or a part alone. */
function isWritten(descriptor: number, bytes: Buffer, at: number): boolean {
  try {
    return writeSync(descriptor, bytes, 0, bytes.length, at) === bytes.length
  } catch {
    return false
  }
}
