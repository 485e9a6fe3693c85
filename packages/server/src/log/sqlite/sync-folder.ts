import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** What a file system says that has no such sync, or of a folder that may be written to but not read. */
const EXCUSED = ['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP']
/** What a disk says that fails or is full. */
const FAILING_DISK = ['EIO', 'ENOSPC', 'EDQUOT']

/**
 * Waits until the folder's name is on the disk, and those of all folders above it, any of which may just have been made for
 * it: the sync of a file is about what is in it, and a file without a name is lost with all that was synced (fsync(2)). The
 * names in the folder are SQLite's to sync.
 *
 * Of a folder that was there before this process only a disk that fails is a reason to stop: whatever else keeps it from
 * being synced, it was there.
 *
 * @param folder whole.
 * @param firstMade the topmost folder that this process has made for it: undefined when all were there.
 * @throws Error of the system when the disk fails, or when the name of a folder that this process made cannot be synced.
 */
export function syncFoldersAbove(folder: string, firstMade: string | undefined): void {
  const above = dirname(folder)
  if (above === folder) return
  const isMade = firstMade !== undefined && (folder === firstMade || folder.startsWith(join(firstMade, sep)))
  syncFolder(above, code => (isMade ? !EXCUSED.includes(code) : FAILING_DISK.includes(code)))
  syncFoldersAbove(above, firstMade)
}

/** On Windows, where a folder cannot be synced, names are in the file system's own journal. */
function syncFolder(folder: string, isRefused: (code: string) => boolean): void {
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
    if (isRefused(code)) throw error
  }
}
