import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ROOT } from './paths.mjs'

/** Exit code by the shell's convention: 128 + signal number when a signal ended the process. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}

function waitForExit(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(exitCodeOf(code, signal)))
  })
}

/** Runs a program on the caller's terminal and resolves to its exit code. */
export function run(command, args, { env = process.env, cwd = ROOT } = {}) {
  return waitForExit(spawn(command, args, { cwd, env, stdio: 'inherit' }))
}

/** Runs a program silently and resolves to its exit code and everything it printed. */
export async function runQuietly(command, args, { env = process.env, cwd = ROOT, shell = false } = {}) {
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  const exitCode = await waitForExit(child)
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') }
}

/**
 * Runs a long-lived program on the caller's terminal, passes stop signals on to it, and resolves to its exit code.
 * A terminal delivers Ctrl-C to the whole process group, the program included, so then it is not sent a second time.
 */
export async function runForeground(command, args, { env = process.env, cwd = ROOT } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
  const forward = signal => {
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  try {
    return await waitForExit(child)
  } finally {
    for (const signal of signals) process.off(signal, forward)
  }
}
