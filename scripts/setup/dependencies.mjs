import { existsSync, readFileSync } from 'node:fs'
import { SetupError, say } from './console.mjs'
import { npm } from './npm.mjs'
import { inRoot } from './paths.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry */

/**
 * Whether an installed tree is the one of the lockfile. npm writes what it has installed to
 * `node_modules/.package-lock.json` at the end of every install, so an interrupted one does not count. Packages for other
 * platforms are optional and may be missing; workspaces are links.
 *
 * @param {Record<string, LockEntry>} wanted `packages` of package-lock.json
 * @param {Record<string, LockEntry>} installed `packages` of node_modules/.package-lock.json
 */
export function matches(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true
    const present = installed[path]
    if (!present) return Boolean(entry.optional || entry.devOptional || entry.peer)
    return present.version === entry.version && present.integrity === entry.integrity
  })
}

function isInstalled() {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  /** @param {string} path */
  const packagesOf = path => JSON.parse(readFileSync(path, 'utf8')).packages
  return matches(packagesOf(inRoot('package-lock.json')), packagesOf(record))
}

/** Installs exactly the lockfile's packages unless they are there. No package needs an install script, so none may run. */
export async function provideDependencies() {
  if (isInstalled()) return
  const reason = existsSync(inRoot('node_modules')) ? 'the lockfile has changed' : 'first run'
  say(`installing dependencies from the lockfile (${reason})…`)
  const options = ['--include=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  const { exitCode, output } = await npm(['ci', ...options])
  if (exitCode === 0) return
  const advice = 'read the lines above, check the network, run this again'
  throw new SetupError(`unable to install dependencies; ${advice}`, output)
}
