import { DamagedRow } from '../store/damaged-row.ts'
import type { FaultKind } from '../store/sync-store.ts'

/**
 * Results that say nothing about the batch: the disk is full or fails, memory is short, somebody else holds the files.
 * An extended code begins with its primary one (`SQLITE_IOERR_WRITE`).
 */
const AWAY = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_NOMEM',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
  'SQLITE_PROTOCOL',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
] as const

/**
 * Results after which this process must not write again.
 *
 * A failed fsync: the kernel may have marked the pages clean although they never reached the disk, so that the next
 * fsync succeeds for nothing ("fsyncgate"). Only a new start, which reads the write-ahead log back from the disk, knows
 * what is there. A corrupt page: writing on top of it spreads it.
 */
const FATAL = ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC', 'SQLITE_CORRUPT', 'SQLITE_NOTADB'] as const

/** What is to be thought of a failed transaction. */
export function faultKindOf(error: unknown): FaultKind {
  if (error instanceof DamagedRow) return 'damaged'
  const code = codeOf(error)
  if (begins(code, AWAY)) return 'away'
  return code === 'SQLITE_TOOBIG' ? 'work-too-large' : 'work'
}

/** Whether nothing more may be written by this process. */
export function isFatal(error: unknown): boolean {
  return begins(codeOf(error), FATAL)
}

/** Whether SQLite itself says so, in words that name no file. */
export function isSqliteError(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_')
}

/** Whether somebody else holds the file. */
export function isBusy(error: unknown): boolean {
  return begins(codeOf(error), ['SQLITE_BUSY'])
}

/** What went wrong, as the end of a one-line message: SQLite quotes statements as they are. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return reason.replaceAll(/\s+/g, ' ')
}

function begins(code: string, families: readonly string[]): boolean {
  return families.some(family => code === family || code.startsWith(`${family}_`))
}

/** better-sqlite3 puts SQLite's extended result code on its errors. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return ''
  return error.code
}
