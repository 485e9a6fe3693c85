import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../../cli/src/main.ts')

/** What each server is started with: nothing of the developer's own environment, and no rate limits that a fast test would hit. */
const BASE_ENV = { HOLDFAST_PORT: '0', HOLDFAST_SEND_RATE: '0', HOLDFAST_LOG_LEVEL: 'error' }

/** A real server in a process of its own, with a data folder of its own. */
export class TestServer {
  readonly #env: Record<string, string>
  readonly #dataDir: string
  #process: ChildProcess
  #url: string

  private constructor(env: Record<string, string>, dataDir: string, process: ChildProcess, url: string) {
    this.#env = env
    this.#dataDir = dataDir
    this.#process = process
    this.#url = url
  }

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-browser-'))
    const { process, url } = await launch({ ...BASE_ENV, ...env, HOLDFAST_DATA_DIR: dataDir })
    return new TestServer(env, dataDir, process, url)
  }

  get url(): string {
    return this.#url
  }

  /** `kill -9`, as a power cut would. */
  async kill(): Promise<void> {
    await signal(this.#process, 'SIGKILL')
  }

  /** Starts again on the same port and data. */
  async restart(): Promise<void> {
    const env = { ...BASE_ENV, ...this.#env, HOLDFAST_DATA_DIR: this.#dataDir, HOLDFAST_PORT: new URL(this.#url).port }
    const { process, url } = await launch(env)
    this.#process = process
    this.#url = url
  }

  /** Stands still: what is sent arrives and is not answered. Undone by `resume`. */
  pause(): void {
    this.#process.kill('SIGSTOP')
  }

  resume(): void {
    this.#process.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await signal(this.#process, 'SIGKILL')
    await rm(this.#dataDir, { recursive: true, force: true })
  }
}

function launch(env: Record<string, string>): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', MAIN, 'serve'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const onData = (chunk: Buffer) => {
      output += chunk.toString()
      const url = /listening on (http:\/\/\S+)/.exec(output)?.[1]
      if (url !== undefined) resolve({ process: child, url })
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    child.once('exit', code => reject(new Error(`unable to start the server; it ended with ${code}: ${output}`)))
  })
}

function signal(child: ChildProcess, name: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill(name)
  })
}
