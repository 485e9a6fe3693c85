import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { reasonOf } from './faults.ts'
import { findWalDamage } from './wal-damage.ts'

const CHUNK_BYTES = 1024 * 1024

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
 * @throws Error in one line: it is damaged, with what can be done; or the disk fails.
 */
export function inheritWal(databaseFile: string): void {
  const file = `${databaseFile}-wal`
  try {
    const damage = findWalDamage(file)
    if (damage !== null) throw new Error(damageLine(file, damage.offset))
    writeAgain(file)
  } catch (cause) {
    throw new Error(`unable to open the database ${databaseFile}; ${reasonOf(cause)}`, { cause })
  }
}

function damageLine(file: string, offset: number): string {
  return `its log ${file} is damaged, and acknowledged messages behind the damage cannot be read: restore a backup, or cut that file to ${offset} bytes to go on without them`
}

function writeAgain(file: string): void {
  const descriptor = openIfThere(file)
  if (descriptor === null) return
  try {
    const { size } = fstatSync(descriptor)
    if (size === 0) return
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size))
    for (let at = 0; at < size; ) {
      const count = readSync(descriptor, chunk, 0, chunk.length, at)
      for (let done = 0; done < count; ) done += writeSync(descriptor, chunk, done, count - done, at + done)
      at += count
    }
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r+')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
