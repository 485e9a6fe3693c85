import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Plant } from './plant.ts'
import { type Follow, finished } from './strace.ts'
import { SECRET } from './tokens.ts'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const PLANT = fileURLToPath(new URL('plant.ts', import.meta.url))

export interface ServedOptions {
  readonly dataDir: string
  /** 0: any that is free. */
  readonly port?: number
  /** Followed by strace. */
  readonly follow?: Follow
  /** What is not as it is in the sources. */
  readonly planted?: readonly Plant[]
}

/** `holdfast serve` in a process of its own. */
export class Served {
  /** What it wrote on standard error so far. */
  errors = ''
  readonly #child: ChildProcess
  readonly #follow: Follow | undefined
  readonly #ended: Promise<number | null>
  #out = ''
  #couldNotRun = false

  private constructor(options: ServedOptions) {
    const { follow, planted = [] } = options
    const plant = planted.length > 0 ? ['--import', PLANT] : []
    const node = [process.execPath, '--conditions=holdfast-source', ...plant, 'apps/cli/src/main.ts', 'serve']
    const [command = process.execPath, ...args] = [...(follow?.command ?? []), ...node]
    this.#follow = follow
    this.#child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: environment(options) })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString()
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString()
    })
    this.#ended = once(this.#child, 'exit').then(
      ([code]) => code as number | null,
      (error: Error) => {
        this.#couldNotRun = true
        this.errors += `unable to run ${command}; ${error.message}: "npm test -- --only faults" brings strace`
        return null
      },
    )
  }

  /** Begins to start. Whether it comes to listen is for `listening` to tell. */
  static begin(options: ServedOptions): Served {
    return new Served(options)
  }

  /**
   * Starts, and resolves when it listens.
   *
   * @throws Error with what it said, when it ends instead.
   */
  static async start(options: ServedOptions): Promise<Served> {
    const served = new Served(options)
    if (!(await served.listening())) throw new Error(`unable to start; ${served.errors}`)
    return served
  }

  get port(): number {
    return Number(/listening on http:\/\/[^:]+:(\d+)/.exec(this.#out)?.[1] ?? 0)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get hasEnded(): boolean {
    return this.#couldNotRun || this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Waits until it listens (true) or has ended without (false). */
  async listening(): Promise<boolean> {
    await until('its start', () => this.port !== 0 || this.hasEnded)
    return this.port !== 0
  }

  /** Resolves with the exit code (null: killed) once it has ended and what follows it has noted everything. */
  async ended(): Promise<number | null> {
    const code = await this.#ended
    const follow = this.#follow
    if (follow !== undefined) await until('the end of its trace', () => finished(follow.trace))
    return code
  }

  /** No handler of it runs. */
  kill(): Promise<number | null> {
    this.#child.kill('SIGKILL')
    return this.ended()
  }

  /** It drains and ends by itself. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.ended()
  }
}

function environment({ dataDir, port = 0, planted = [] }: ServedOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PLANTED: JSON.stringify(planted),
    HOLDFAST_PORT: String(port),
    HOLDFAST_DATA_DIR: dataDir,
    HOLDFAST_JWT_SECRET: SECRET,
    HOLDFAST_SEND_RATE: '0',
    HOLDFAST_WORKERS: '1',
    HOLDFAST_LOG_LEVEL: 'error',
  }
}
