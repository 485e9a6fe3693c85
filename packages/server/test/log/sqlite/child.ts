import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The writing process, and the whole lines that it has told. */
export class WriterProcess {
  readonly lines: string[] = []
  #errors = ''
  readonly #child: ChildProcess
  #wake = () => {}
  #hasEnded = false

  constructor(folder: string, round: string) {
    const script = join(import.meta.dirname, 'writer-process.ts')
    this.#child = spawn(process.execPath, ['--conditions=holdfast-source', script, folder, round])
    if (this.#child.stdout === null || this.#child.stderr === null) throw new Error('the child has pipes')
    this.#child.stderr.on('data', chunk => {
      this.#errors += String(chunk)
    })
    createInterface({ input: this.#child.stdout }).on('line', line => {
      this.lines.push(line)
      this.#wake()
    })
    this.#child.once('close', () => {
      this.#hasEnded = true
      this.#wake()
    })
  }

  get errors(): string {
    return this.#errors
  }

  /** Waits until it has told so many lines, or has ended. */
  async told(count: number): Promise<void> {
    while (this.lines.length < count && !this.#hasEnded) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** Waits until it ends by itself. */
  async ended(): Promise<number | null> {
    if (!this.#hasEnded) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  /** As by `kill -9`: it gets to do nothing more. All it told before is in `lines`. */
  async kill(): Promise<void> {
    if (this.#hasEnded) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}
