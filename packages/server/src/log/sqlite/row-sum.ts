import { crc32 } from 'node:zlib'

/**
 * The checksum that a row of the log is kept with: SQLite has none of its own, and gives out what a rotting disk makes of a
 * text. `row`: its values as one text, one behind the other. CRC-32 finds every change of up to 32 bits in a row, and misses one
 * larger change in four thousand million. It takes half a microsecond.
 */
export function sumOf(row: string): number {
  return crc32(row)
}

/**
 * Holds a row that was read against the sum it was written with; null: it was written by a version that kept none.
 *
 * @throws DamagedRow when it is not what was written.
 */
export function checkRow(name: string, sum: number | null, row: string): void {
  if (sum !== null && sum !== sumOf(row)) throw new DamagedRow(`${name} is not what was written`)
}

/** What the disk gives back is not what was written: it is not handed on. Other rows are, and are written. */
export class DamagedRow extends Error {
  constructor(what: string) {
    super(`the database is damaged; ${what}`)
    this.name = 'DamagedRow'
  }
}
