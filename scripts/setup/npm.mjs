import { runQuietly } from './process.mjs'

/**
 * Runs npm quietly. Under `npm start` and `npm test` it is the very npm that was called (it leaves its path in the
 * environment); otherwise the one on the PATH. It runs with the caller's Node, not the private one: npm finds its global
 * settings (proxy, certificates) by where its Node lies.
 *
 * @param {string[]} args
 */
export function npm(args) {
  const calledBy = process.env.npm_execpath
  if (calledBy?.endsWith('npm-cli.js')) return runQuietly(process.execPath, [calledBy, ...args])
  const windows = process.platform === 'win32'
  return runQuietly(windows ? 'npm.cmd' : 'npm', args, { shell: windows })
}
