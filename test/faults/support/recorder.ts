import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ControlOrder } from './control.ts'
import type { DeviceSpec, DeviceStatus } from './device.ts'
import { type HistoryLine, readHistory } from './history-lines.ts'
import { Orders } from './orders.ts'

const PROGRAM = fileURLToPath(new URL('recorder-process.ts', import.meta.url))
/** To be loaded before a program that is to take orders of the clock and of failing. */
export const CONTROL = fileURLToPath(new URL('control.ts', import.meta.url))

/** What a recorder process is started with, as JSON in the variable `RECORDER`. */
export interface RecorderSpec {
  readonly url: string
  readonly seed: string
  readonly devices: readonly DeviceSpec[]
  /** Where to write what was done and seen. */
  readonly file: string
}

/** What the devices of a recorder process are told; each is answered when it is done. */
export type RecorderOrder =
  | { readonly do: 'write'; readonly operations: number; readonly bytes: number }
  | { readonly do: 'rest' }
  | { readonly do: 'connect' }
  | { readonly do: 'type' }
  | { readonly do: 'reach'; readonly heads: Readonly<Record<string, number>> }
  | { readonly do: 'note-views' }
  | { readonly do: 'token-clock'; readonly offsetMs: number }
  | { readonly do: 'status' }

/** A process of devices that note what they do and see in a file, which is there after whatever end the process takes. */
export class Recorder {
  readonly devices: readonly DeviceSpec[]
  readonly #child: ChildProcess
  readonly #program: Orders<RecorderOrder>
  readonly #control: Orders<ControlOrder>
  readonly #file: string

  private constructor(spec: RecorderSpec) {
    this.devices = spec.devices
    this.#file = spec.file
    this.#child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', CONTROL, PROGRAM], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, RECORDER: JSON.stringify(spec) },
    })
    this.#program = new Orders(this.#child, 'program')
    this.#control = new Orders(this.#child, 'control')
  }

  /** Resolves when every device shows all of its rooms. */
  static async start(spec: Omit<RecorderSpec, 'file'> & { readonly folder: string }): Promise<Recorder> {
    const { folder, ...rest } = spec
    const name = rest.devices.map(({ device }) => device).join('+')
    const recorder = new Recorder({ ...rest, file: join(folder, `${name}.jsonl`) })
    await recorder.tell({ do: 'reach', heads: {} })
    return recorder
  }

  async tell(order: RecorderOrder): Promise<void> {
    await this.#program.give(order)
  }

  status(): Promise<readonly DeviceStatus[]> {
    return this.#program.give({ do: 'status' })
  }

  control(order: ControlOrder): Promise<void> {
    return this.#control.give(order)
  }

  /** It stands still, or goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  async killNine(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }

  /** All that its devices have noted so far. */
  lines(): readonly HistoryLine[] {
    return readHistory(this.#file)
  }
}
