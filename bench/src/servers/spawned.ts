import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LOOPS_FILE } from '../generator/loops.ts'
import type { StartOptions } from './peer.ts'

/** The repository's root. */
export const ROOT: string = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
/**
 * How a server of Node is started, ours and the peers': with the young generation that `npm start` gives. Without it the garbage of ten thousand
 * handshakes stays resident and is taken for the cost of idle connections.
 */
const NODE_SERVER: readonly string[] = [process.execPath, '--max-semi-space-size=8', '--conditions=holdfast-source']
const WATCH_LOOP: readonly string[] = ['--import', new URL('../loop-watch.ts', import.meta.url).href]
const READY_WITHIN_MS = 30_000
const GONE_WITHIN_MS = 20_000
/** Of what a server complains about so much is shown, in bytes. */
const COMPLAINTS = 4_096

/** A process of ours, and what it has said about where it listens. */
export interface Spawned {
  readonly pid: number
  /** What the pattern's first group caught. */
  readonly said: string
  stop(): Promise<void>
}

export interface SpawnPlan {
  readonly what: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** User to run as, where that may not be root. */
  readonly uid?: number
  readonly gid?: number
  /** It is ready when a line of its output matches. */
  readonly ready: RegExp
  readonly signal?: NodeJS.Signals
  /** Whether what it writes to its standard error is a complaint. Default true. */
  readonly complains?: boolean
}

/** The command of a server of Node, ours or a peer's, up to its own file, and what its environment needs for that. */
export function nodeServer({ pin = [], loopsFile }: StartOptions): Pick<Required<SpawnPlan>, 'command' | 'env'> {
  const watched = loopsFile !== undefined
  return {
    command: [...pin, ...NODE_SERVER, ...(watched ? WATCH_LOOP : [])],
    env: watched ? { [LOOPS_FILE]: loopsFile } : {},
  }
}

/** Whether a program is here: it tells its version. */
export function isHere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/** Starts a process and waits until it says that it is ready. */
export async function spawned(plan: SpawnPlan): Promise<Spawned> {
  const [file = '', ...args] = plan.command
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...plan.env },
    ...(plan.uid !== undefined && { uid: plan.uid }),
    ...(plan.gid !== undefined && { gid: plan.gid }),
  })
  // Whatever ends the run ends what it has started.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const said = await ready(child, plan)
  let spare = COMPLAINTS
  child.stderr?.on('data', (chunk: Buffer) => {
    if (spare > 0 && plan.complains !== false) process.stderr.write(chunk.subarray(0, spare))
    spare -= chunk.length
  })
  return {
    pid: child.pid ?? 0,
    said,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill(plan.signal ?? 'SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), GONE_WITHIN_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

function ready(child: ChildProcess, { what, ready: pattern }: SpawnPlan): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    const timer = setTimeout(() => end('it did not start in time'), READY_WITHIN_MS)
    const end = (reason: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`unable to measure; ${what}: ${reason}\n${out}`))
    }
    const take = (chunk: Buffer) => {
      out = (out + chunk.toString()).slice(-10_000)
      const match = pattern.exec(out)
      if (match === null) return
      clearTimeout(timer)
      resolve(match[1] ?? '')
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)

    child.once('error', error => end(error.message))
    child.once('exit', code => end(`it ended with ${code}`))
  })
}
