import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY = /listening on (http:\/\/\S+)/

/** What a run of the command line came to. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line in a process of its own, with these variables and no other `HOLDFAST_*`. */
export class Run {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''

  /** `nodeArgs`: what Node is told beside. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, nodeArgs: readonly string[] = []) {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')))
    this.child = spawn(process.execPath, ['--conditions=holdfast-source', ...nodeArgs, MAIN, ...args], {
      cwd: tmpdir(),
      env: { ...clean, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.ended = once(this.child, 'close').then(([code]) => ({ code, stdout: this.#stdout, stderr: this.#stderr }))
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Resolves once standard error has `text`. */
  async told(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) {
      const { stderr } = this.child
      if (stderr !== null) await once(stderr, 'data')
    }
  }

  /** The address that it listens on; rejects with what it printed when it ends before. */
  async url(): Promise<string> {
    for (;;) {
      const url = READY.exec(this.#stdout)?.[1]
      if (url !== undefined) return url
      const { stdout } = this.child
      const ended = await Promise.race([this.ended, stdout === null ? undefined : once(stdout, 'data')])
      if (ended !== undefined && 'code' in ended) throw new Error(`it ended: ${JSON.stringify(ended)}`)
    }
  }
}

/** Runs the command line to its end. */
export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Run(args, env).ended
}
