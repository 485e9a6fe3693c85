import { runQuietly } from './process.mjs'

/**
 * Runs npm quietly. Under `npm start` and `npm test` it is the very npm that was called (it leaves its path in the
 * environment); otherwise the one on the PATH.
 *
 * @param {string[]} args
 * @param {import('./process.mjs').RunOptions} options
 */
export function npm(args, options = {}) {
  const calledBy = process.env.npm_execpath
  if (calledBy?.endsWith('npm-cli.js')) return runQuietly(process.execPath, [calledBy, ...args], options)
  const windows = process.platform === 'win32'
  return runQuietly(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows })
}
