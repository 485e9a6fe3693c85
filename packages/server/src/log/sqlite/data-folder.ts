import { closeSync, existsSync, lstatSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Connect, Connection } from './connection.ts'
import { isBusy, reasonOf } from './faults.ts'
import { syncFoldersAbove } from './sync-folder.ts'

/** Only the server's own user may look into the folder: it holds what people wrote. */
const FOLDER_MODE = 0o700
/** The same for the database in a folder that was there before; SQLite gives its other files the mode of this one. */
const FILE_MODE = 0o600
const DATABASE_FILE = 'holdfast.db'
const LOCK_FILE = 'lock.db'

/** The folder that one server keeps its database in. */
export interface DataFolder {
  /** The database itself, not a link to it: SQLite keeps the log beside the file that a link leads to. */
  readonly databaseFile: string
  /** Lets another server have the folder. */
  unlock(): void
}

/** Whether a server has kept a database in the folder. */
export function hasDatabase(folder: string): boolean {
  return existsSync(join(folder, DATABASE_FILE))
}

/** The database in a folder that a server has taken and opened, for those who read beside it; null: there is none. */
export function databaseIn(folder: string): string | null {
  return hasDatabase(folder) ? linkedFile(join(folder, DATABASE_FILE)) : null
}

/**
 * Makes the folder if need be and takes it for this process.
 *
 * SQLite itself would let two servers write in turn, and each would miss what the other publishes. So a second, empty
 * database is held locked for as long as the process lives. It is the operating system's file lock: a process that is
 * killed leaves none behind, unlike a file with a process id in it. On a network file system it is as good as that
 * system's locks.
 *
 * @throws Error in one line when the folder cannot be made, or is another server's.
 */
export function takeDataFolder(folder: string, connect: Connect): DataFolder {
  const databaseFile = join(folder, DATABASE_FILE)
  const firstMade = makeFolder(folder)
  const isNew = !existsSync(databaseFile)
  if (isNew) keepFolder(folder, firstMade)
  const lock = takeLock(folder, connect)
  if (isNew) closeSync(openSync(databaseFile, 'a', FILE_MODE))
  return { databaseFile: linkedFile(databaseFile), unlock: () => lock.close() }
}

function linkedFile(file: string): string {
  return lstatSync(file).isSymbolicLink() ? realpathSync(file) : file
}

/** Whoever made the folder, this process or the one before, its name is on the disk before anything is kept in it. */
function keepFolder(folder: string, firstMade: string | undefined): void {
  try {
    syncFoldersAbove(resolve(folder), firstMade)
  } catch (cause) {
    throw new Error(`unable to make the data folder ${folder}; ${reasonOf(cause)}`, { cause })
  }
}

function takeLock(folder: string, connect: Connect): Connection {
  let lock: Connection | null = null
  try {
    lock = connect(join(folder, LOCK_FILE), 'lock')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock?.close()
    const reason = isBusy(cause) ? 'another server is running on it' : reasonOf(cause)
    throw new Error(`unable to use the data folder ${folder}; ${reason}`, { cause })
  }
}

/** The topmost of the folders that had to be made, if any had. */
function makeFolder(folder: string): string | undefined {
  try {
    return mkdirSync(resolve(folder), { recursive: true, mode: FOLDER_MODE })
  } catch (cause) {
    throw new Error(`unable to make the data folder ${folder}; ${reasonOf(cause)}`, { cause })
  }
}
