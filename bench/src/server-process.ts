import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const READY_WITHIN_MS = 20_000

/** The secret that the measured server and the generator share. */
export const SECRET = 'a benchmark secret of more than thirty-two bytes'

/** One Holdfast server in a process of its own, on a fresh data folder, pinned to the first core where the system can. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #dataDir: string
  readonly url: string

  private constructor(child: ChildProcess, dataDir: string, url: string) {
    this.#child = child
    this.#dataDir = dataDir
    this.url = url
  }

  /** Starts it as a person would, with rate limits off; resolves when it listens. `preload`: a module that is loaded before it. */
  static async start(pin: readonly string[], preload?: URL): Promise<ServerProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
    const imports = preload === undefined ? [] : ['--import', preload.href]
    const options = ['--conditions=holdfast-source', ...imports]
    const command = [...pin, process.execPath, ...options, 'apps/cli/src/main.ts', 'serve']
    const child = spawn(command[0] ?? process.execPath, command.slice(1), {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        HOLDFAST_PORT: '0',
        HOLDFAST_DATA_DIR: dataDir,
        HOLDFAST_JWT_SECRET: SECRET,
        HOLDFAST_SEND_RATE: '0',
        HOLDFAST_LOG_LEVEL: 'error',
      },
    })
    return new ServerProcess(child, dataDir, await listeningUrl(child))
  }

  /** Resident memory now, in bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024
  }

  /** Processor time used so far, in seconds. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const TICKS_A_SECOND = 100
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
  }

  async stop(): Promise<void> {
    const gone = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await gone
    rmSync(this.#dataDir, { recursive: true, force: true })
  }
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('unable to measure; the server did not start')), READY_WITHIN_MS)
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const url = /listening on (http:\/\/\S+)/.exec(out)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
    child.once('exit', code => reject(new Error(`unable to measure; the server ended with ${code}`)))
  })
}
