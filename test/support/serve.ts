import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 30_000
const SECRET = 'a secret of the fault tests, longer than thirty-two bytes'

/** A token as the host application would make it. */
export function tokenFor(userId: string): Promise<string> {
  return new SignJWT({ name: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))
}

/**
 * `holdfast serve` in a process of its own that can be killed and started again on the same data folder and the same port,
 * as a machine's supervisor would.
 */
export class Serve {
  #child: ChildProcess | null = null
  #port = 0
  readonly #dataDir: string

  private constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  static async start(): Promise<Serve> {
    const serve = new Serve(await mkdtemp(join(tmpdir(), 'holdfast-fault-')))
    await serve.start()
    return serve
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--conditions=holdfast-source', 'apps/cli/src/main.ts', 'serve'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        HOLDFAST_PORT: String(this.#port),
        HOLDFAST_DATA_DIR: this.#dataDir,
        HOLDFAST_JWT_SECRET: SECRET,
        HOLDFAST_SEND_RATE: '0',
        HOLDFAST_LOG_LEVEL: 'error',
      },
    })
    this.#child = child
    this.#port = await listeningPort(child)
  }

  /** What a power switch or the kernel's memory killer does: no handler of the server runs. */
  async killNine(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#child = null
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async remove(): Promise<void> {
    await this.killNine()
    await rm(this.#dataDir, { recursive: true, force: true })
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
    child.once('exit', code => reject(new Error(`unable to start; ended with ${code}`)))
  })
}
