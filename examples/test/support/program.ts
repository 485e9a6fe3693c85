import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

/** One of the examples, or a command of Holdfast, running as a reader of the examples would run it. */
export class Program {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #output = ''

  /** `file`: from the folder of the examples. */
  constructor(file: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')))
    this.#child = spawn(process.execPath, ['--conditions=holdfast-source', path, ...args], {
      cwd: tmpdir(),
      env: { ...clean, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
        this.#child.emit('output')
      })
    }
    this.#ended = once(this.#child, 'close').then(([code]) => code)
  }

  /** What it has printed, as far as `pattern` matches; rejects with all of it when it ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match !== null) return match
      const ended = await Promise.race([this.#ended, once(this.#child, 'output').then(() => undefined)])
      if (ended !== undefined) throw new Error(`it ended with ${ended}:\n${this.#output}`)
    }
  }

  /** Where it listens. */
  async url(): Promise<string> {
    return (await this.printed(/listening on (http:\/\/\S+)/))[1] ?? ''
  }

  /** Ends it; resolves with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal)
    return this.#ended
  }
}
