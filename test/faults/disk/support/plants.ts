import type { Plant } from './plant.ts'

const DURABILITY = 'packages/server/src/log/sqlite/durability.ts'

/** Moves the write-ahead log into the database every few commits, so that a short run meets what otherwise comes after 40 MB. */
export const FREQUENT_CHECKPOINTS: Plant = {
  file: 'packages/server/src/log/sqlite/checkpoints.ts',
  find: 'const CHECKPOINT_PAGES = 10_000',
  replace: 'const CHECKPOINT_PAGES = 60',
}

/** Commits that wait for no disk, which nothing that only kills the process can show. */
export const NORMAL: readonly Plant[] = [
  { file: DURABILITY, find: 'synchronous = FULL', replace: 'synchronous = NORMAL' },
  { file: DURABILITY, find: 'const FULL = 2', replace: 'const FULL = 1' },
]

/** Takes over the log of a killed server as it is found. */
export const UNSETTLED: Plant = {
  file: 'packages/server/src/log/sqlite/sqlite-log.ts',
  find: '    inheritWal(folder.databaseFile, onLargeLog)\n',
  replace: '',
}

/** Leaves what stands behind the last whole commit of the log that it takes over. */
export const UNCUT: Plant = {
  file: 'packages/server/src/log/sqlite/wal-inheritance.ts',
  find: '    if (committedBytes < bytes) ftruncateSync(descriptor, committedBytes)\n',
  replace: '',
}

/** Leaves the name of a new data folder unsynced. */
export const UNNAMED: Plant = {
  file: 'packages/server/src/log/sqlite/data-folder.ts',
  find: '  if (isNew) keepFolder(folder, firstMade)\n',
  replace: '',
}

/** Goes on writing after a sync that failed. */
export const NEVER_HALTED: Plant = {
  file: 'packages/server/src/log/sqlite/faults.ts',
  find: "const FATAL = ['SQLITE_IOERR_FSYNC', ",
  replace: 'const FATAL = [',
}

/** The tables of the first version: the ones of later versions are not made, and the server ends for want of them. */
export const FIRST_VERSION: Plant = {
  file: 'packages/server/src/log/sqlite/migrate.ts',
  find: "'002-signals': signals, '003-sums': sums, '004-client-ids': clientIds",
  replace: '',
}
