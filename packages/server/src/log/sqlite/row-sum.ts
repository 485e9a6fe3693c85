import { crc32 } from 'node:zlib'
import { DamagedRow } from '../store/damaged-row.ts'

/**
 * The checksum that a row of the log is kept with: SQLite has none of its own, and gives out what a rotting disk makes of a
 * text. `row`: its values as one text, one behind the other. CRC-32 finds every change of up to 32 bits in a row, and misses one
 * larger change in four thousand million. It takes half a microsecond.
 */
export function sumOf(row: string): number {
  return crc32(row)
}

/**
 * What is missing from a room's log, somewhere from behind `after` up to `through`: its seqs have no gap. It is one hole whatever
 * part of it somebody asks for.
 */
export function holeIn(roomId: string, after: number, through: number): DamagedRow {
  return new DamagedRow(`room ${roomId} has a hole between ${after} and ${through}`, `room ${roomId} has a hole`)
}

/**
 * Holds a row that was read against the sum it was written with; null: it was written by a version that kept none.
 *
 * @throws DamagedRow when it is not what was written.
 */
export function checkRow(name: string, sum: number | null, row: string): void {
  if (sum !== null && sum !== sumOf(row)) throw new DamagedRow(`${name} is not what was written`)
}
