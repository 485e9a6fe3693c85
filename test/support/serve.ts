import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 60_000
const HOLDFAST_SERVE = ['apps/cli/src/main.ts', 'serve']

/** What the servers of these tests verify tokens with. */
export const SECRET = 'a secret of the fault tests, longer than thirty-two bytes'

/** A token as the host application would make it: good for an hour unless `exp` says otherwise, with whatever else it is to say. */
export function tokenFor(userId: string, more: { readonly exp?: number; readonly device?: string } = {}) {
  return new SignJWT({ name: userId, ...more })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(more.exp ?? '1h')
    .sign(new TextEncoder().encode(SECRET))
}

/** How a server is started where the usual way will not do. */
export interface ServeOptions {
  /** The program and its arguments, from the root of the repository. Default: `holdfast serve`. */
  readonly program?: readonly string[]
  /** What Node is told before them: what to load first, how much memory it may have. Default: nothing. */
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** How many threads serve clients. Default: the one that writes does it. */
  readonly workers?: number
  /** How many files and sockets the process may have open. Default: as many as this one. */
  readonly openFiles?: number
}

/**
 * `holdfast serve` in a process of its own that can be killed and started again on the same data folder and the same port,
 * as a machine's supervisor would.
 */
export class Serve {
  #child: ChildProcess | null = null
  #port = 0
  readonly dataDir: string

  private constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  static async start(options: ServeOptions = {}): Promise<Serve> {
    const serve = await Serve.prepare()
    await serve.start(options)
    return serve
  }

  /** A server that is not started yet, with a data folder that is empty. */
  static async prepare(): Promise<Serve> {
    return new Serve(await mkdtemp(join(tmpdir(), 'holdfast-fault-')))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /**
   * The process.
   *
   * @throws Error when none was started, or it was killed.
   */
  get child(): ChildProcess {
    if (this.#child === null) throw new Error('unable to find the process; none is running')
    return this.#child
  }

  async start(options: ServeOptions = {}): Promise<void> {
    this.#port = await listeningPort(this.spawn(options))
  }

  /** Starts it and waits for nothing: it may be meant to die before it listens. */
  spawn({
    program = HOLDFAST_SERVE,
    nodeArgs = [],
    env = {},
    workers = 1,
    openFiles,
  }: ServeOptions = {}): ChildProcess {
    const command = [process.execPath, '--conditions=holdfast-source', ...nodeArgs, ...program]
    const [file = '', ...args] =
      openFiles === undefined ? command : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command]
    const child = spawn(file, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: {
        ...process.env,
        HOLDFAST_PORT: String(this.#port),
        HOLDFAST_DATA_DIR: this.dataDir,
        HOLDFAST_WORKERS: String(workers),
        HOLDFAST_JWT_SECRET: SECRET,
        HOLDFAST_SEND_RATE: '0',
        HOLDFAST_LOG_LEVEL: 'error',
        ...env,
      },
    })
    this.#child = child
    return child
  }

  /** What a power switch or the kernel's memory killer does: no handler of the server runs. */
  async killNine(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#child = null
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async remove(): Promise<void> {
    await this.killNine()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('unable to start; no listening line')), READY_WITHIN_MS)
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(out)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(Number(port))
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`unable to start; ended with ${code ?? signal}`))
    })
  })
}
