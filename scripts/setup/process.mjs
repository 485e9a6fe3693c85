import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ROOT } from './paths.mjs'

/** How often a foreground program's launcher looks whether npm is still there. */
const PARENT_CHECK_MS = 500

/**
 * What every program started here may be given.
 *
 * @typedef {{ env?: NodeJS.ProcessEnv, cwd?: string }} RunOptions
 */

/**
 * The exit code by the shell's convention: 128 + signal number when a signal ended the process.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function waitForExit(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/**
 * Runs a program on the caller's terminal and resolves to its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 */
export function run(command, args, { env = process.env, cwd = ROOT } = {}) {
  return waitForExit(spawn(command, args, { cwd, env, stdio: 'inherit' }))
}

/**
 * Runs a program silently and resolves to its exit code and everything it printed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions & { shell?: boolean }} options
 */
export async function runQuietly(command, args, { env = process.env, cwd = ROOT, shell = false } = {}) {
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  const exitCode = await waitForExit(child)
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') }
}

/**
 * Runs a long-lived program on the caller's terminal, passes stop signals on to it, and resolves to its exit code.
 * A terminal delivers Ctrl-C to the whole process group, the program included, so then it is not sent a second time.
 * Under npm it also stops when npm is gone: npm killed outright can pass nothing on, and the program would stay behind.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} options
 */
export async function runForeground(command, args, { env = process.env, cwd = ROOT } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
  /** @param {NodeJS.Signals} signal */
  const forward = signal => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  const npm = process.ppid
  const watch = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === npm) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, PARENT_CHECK_MS)
  try {
    return await waitForExit(child)
  } finally {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, forward)
  }
}
