import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { reasonOf } from './faults.ts'
import { surveyWal, type WalSurvey } from './wal-damage.ts'

const CHUNK_BYTES = 1024 * 1024
/** Half as much again as a log grows to that is moved into the database in time (`DEFAULT_CHECKPOINT_LIMITS.most`). */
const LARGE_BYTES = 100 * 1024 * 1024

/**
 * Takes over the write-ahead log that a server has left which did not end by itself; called before SQLite opens it. After
 * a clean end there is none.
 *
 * A log that is damaged in the middle is refused: SQLite would forget what is behind without a word.
 *
 * And what is in it is made durable before anything is answered by it. SQLite goes on from every commit that stands whole
 * in the log, also from the last one, which nobody may have synced: its bytes can be in the kernel's memory alone. Who then
 * sends such a message again is told that it is there, which writes nothing and so syncs nothing; and the power can go.
 * The bytes are written again, not only synced: after a sync that failed another one succeeds for nothing (see `isFatal`).
 *
 * What stands behind the last whole commit is cut off: SQLite would write over it by and by, and what is left of it would
 * stand behind newer commits.
 *
 * @param onLargeLog told of its length when it is larger than a log becomes unless something keeps it from being moved. Default: nobody is.
 * @throws Error in one line: it is damaged, with what can be done; or the disk fails.
 */
export function inheritWal(databaseFile: string, onLargeLog: (bytes: number) => void = () => {}): void {
  const file = `${databaseFile}-wal`
  try {
    const found = surveyWal(file)
    if (found === null) return
    if (found.bytes > LARGE_BYTES) onLargeLog(found.bytes)
    if (found.damagedAt !== null) throw new Error(damageLine(file, found.damagedAt))
    settle(file, found)
  } catch (cause) {
    throw new Error(`unable to open the database ${databaseFile}; ${reasonOf(cause)}`, { cause })
  }
}

/** No advice to cut it there: a part of the log may have been moved into the database, which is torn without the rest. */
function damageLine(file: string, offset: number): string {
  return `its log ${file} is damaged at byte ${offset}, and acknowledged messages behind the damage cannot be read: restore a backup, or at your own risk try a copy of the folder without that file`
}

function settle(file: string, { bytes, committedBytes }: WalSurvey): void {
  if (bytes === 0) return
  const descriptor = openSync(file, 'r+')
  try {
    if (committedBytes < bytes) ftruncateSync(descriptor, committedBytes)
    writeAgain(descriptor, committedBytes)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function writeAgain(descriptor: number, size: number): void {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size))
  for (let at = 0; at < size; ) {
    const count = readSync(descriptor, chunk, 0, Math.min(chunk.length, size - at), at)
    if (count === 0) throw new Error('its log became shorter while it was read')
    for (let done = 0; done < count; ) done += writeSync(descriptor, chunk, done, count - done, at + done)
    at += count
  }
}
