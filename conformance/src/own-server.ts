import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DRAIN_MS, START_MS } from './limits.ts'
import type { Target } from './target.ts'

/** How a server process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * The command that starts a server: `HOLDFAST_COMMAND`, or this repository's own command line from source, of which `WORKERS`
 * threads serve clients.
 */
function serveCommand(): string {
  const own = `"${process.execPath}" --conditions=holdfast-source ../apps/cli/src/main.ts serve`
  return process.env.HOLDFAST_COMMAND ?? `${own} --workers ${process.env.WORKERS ?? '1'}`
}

/** The parent's environment without any `HOLDFAST_*` of its own, so that only `extra` configures the child. */
function childEnv(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_'))
  return { ...Object.fromEntries(inherited), ...extra }
}

/** A started process of the serve command, whether or not it ever comes up; what it printed is kept. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly exited: Promise<Exit>
  #stdout = ''
  #stderr = ''

  constructor(env: Readonly<Record<string, string>>) {
    // `exec` puts the server in the shell's place, so that a signal reaches it and not the shell.
    this.#child = spawn('/bin/sh', ['-c', `exec ${serveCommand()}`], {
      cwd: join(import.meta.dirname, '..'),
      env: childEnv(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.exited = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** Everything printed on stdout so far. */
  get stdout(): string {
    return this.#stdout
  }

  /** Everything printed on stderr so far. */
  get stderr(): string {
    return this.#stderr
  }

  /** The base URL of the `listening on http://…` line. Fails when the process ends or `START_MS` pass without one. */
  async listening(): Promise<string> {
    const deadline = AbortSignal.timeout(START_MS)
    for (;;) {
      const found = /listening on (http:\/\/[^\s"',]+)/.exec(this.#stdout)?.[1]
      if (found !== undefined) return found.replace(/\/$/, '')
      const more = this.#child.stdout === null ? undefined : once(this.#child.stdout, 'data', { signal: deadline })
      const ended = await Promise.race([this.exited, more?.then(() => undefined)])
      if (ended !== undefined) throw new Error(`unable to start the server; it ended\n${this.#stdout}${this.#stderr}`)
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** SIGTERM, then the exit; SIGKILL when the contract's 30 s pass without one. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM')
    const force = setTimeout(() => this.signal('SIGKILL'), DRAIN_MS)
    const exit = await this.exited
    clearTimeout(force)
    return exit
  }
}

/** A running server of a spec's own. */
export interface OwnServer extends Target {
  readonly process: ServerProcess
  readonly dataDir: string
  /** Stops it and removes its data. */
  dispose(): Promise<void>
}

export interface OwnServerOptions {
  /** An existing data directory: starts on what an earlier server left. Default: a new empty one. */
  readonly dataDir?: string
  /** The shared secret; `null` sets none. Default: a random one. */
  readonly secret?: string | null
  /** Further or overriding environment variables. */
  readonly env?: Readonly<Record<string, string>>
}

/** A new empty data directory. */
export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'holdfast-conformance-'))
}

/** Starts a server on a free port with rate limits off and HS256 tokens, and waits until it listens. */
export async function startServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const dataDir = options.dataDir ?? (await makeDataDir())
  const secret = options.secret === undefined ? randomBytes(32).toString('hex') : options.secret
  const server = new ServerProcess({
    HOLDFAST_PORT: '0',
    HOLDFAST_DATA_DIR: dataDir,
    ...(secret === null ? {} : { HOLDFAST_JWT_SECRET: secret }),
    HOLDFAST_SEND_RATE: '0',
    ...options.env,
  })
  const url = await server.listening().catch(async (error: unknown) => {
    await server.stop()
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    throw error
  })
  const dispose = async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { url, secret: secret ?? '', process: server, dataDir, dispose }
}
