import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

/** A folder that may be used but not opened is not one that this process has made anything in; some file systems have no such sync. */
const EXCUSED = ['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP']

/**
 * Waits until the folder's name is on the disk, and those of all folders above it, any of which may just have been made for
 * it: the sync of a file is about what is in it, and a file without a name is lost with all that was synced (fsync(2)). The
 * names in the folder are SQLite's to sync.
 *
 * @throws Error of the system when the disk fails.
 */
export function syncFoldersAbove(folder: string): void {
  const above = dirname(folder)
  if (above === folder) return
  syncFolder(above)
  syncFoldersAbove(above)
}

/** On Windows, where a folder cannot be synced, names are in the file system's own journal. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!EXCUSED.includes(code)) throw error
  }
}
