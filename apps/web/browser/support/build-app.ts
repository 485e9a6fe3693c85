import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const APP = join(import.meta.dirname, '../..')
const VITE = join(APP, '../../node_modules/vite/bin/vite.js')

/**
 * Builds the app before the first test, so that what is tested is what the sources say now. In a process of its own: the
 * tests' NODE_ENV would make it another app than the one that is shipped.
 */
export async function setup(): Promise<void> {
  const { NODE_ENV: _, ...env } = process.env
  await promisify(execFile)(process.execPath, [VITE, 'build', '--logLevel', 'warn'], { cwd: APP, env })
}
