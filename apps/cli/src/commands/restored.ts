import { resolve } from 'node:path'
import { renewRestored } from '@holdfast/server'
import { type Env, valueIn } from '../env/read.ts'
import { VARIABLES } from '../env/variables.ts'

/**
 * Takes note that a backup was put into the data folder: see `renewRestored`.
 *
 * @returns what was done, as one line.
 * @throws Error in one line when it cannot be done, a server being on the folder included.
 */
export async function restored(env: Env): Promise<string> {
  const dataDir = resolve(valueIn(env, VARIABLES.dataDir))
  // What stands beside the database is for the server's own user alone to read, as it is.
  process.umask(0o077)
  const { rooms } = await renewRestored(dataDir)
  return `${dataDir} can be served: clients will read ${rooms === 1 ? 'its one room' : `each of its ${rooms} rooms`} anew`
}
