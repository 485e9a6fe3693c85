import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tokenFor } from '../support/tokens.ts'

const PROGRAM = fileURLToPath(new URL('./measured-server.ts', import.meta.url))

/** What a server's process holds, in bytes, all garbage collected before. */
export interface Footprint {
  /** Objects and buffers that are in use. */
  readonly live: number
  /** What the system has given to the process. */
  readonly rss: number
  /** Connections through the door, what waits to be sent on all of them, and the most of one. */
  readonly sockets: number
  readonly unsent: number
  readonly most: number
  /** What the server has warned of and complained about so far. */
  readonly faults: readonly string[]
}

/** A server in a process of its own, whose memory can be looked at. */
export class MeasuredServer {
  readonly url: string
  /** For those who are to stall: a WebSocket address by which the kernel holds little for them. */
  readonly doorUrl: string
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #died: Promise<never>

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child
    this.#folder = folder
    this.#died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the server has died; ${code}`)))
    this.#died.catch(() => {})
    this.url = url
    this.doorUrl = `ws+unix:${join(folder, 'door')}:`
  }

  /** `sendQueueBytes`: what a session may have unsent; `sendRate`: messages a second and person, 0: nothing is limited. */
  static async start(sendQueueBytes: number, sendRate = 0): Promise<MeasuredServer> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-measured-'))
    const child = fork(PROGRAM, [join(folder, 'door'), folder, String(sendQueueBytes), String(sendRate)], {
      execArgv: ['--conditions=holdfast-source', '--expose-gc'],
    })
    const [{ url }] = (await once(child, 'message')) as [{ url: string }]
    return new MeasuredServer(child, folder, url)
  }

  /** An HTTP call of `userId`. */
  async call(userId: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${await tokenFor(userId)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }

  async footprint(): Promise<Footprint> {
    const answer = once(this.#child, 'message') as Promise<[Footprint]>
    if (this.#child.connected) this.#child.send('measure')
    const [footprint] = await Promise.race([answer, this.#died])
    return footprint
  }

  /** The footprint, once it is as it should be; or the last one before `ms` had passed. */
  async footprintWhen(isIt: (footprint: Footprint) => boolean, ms = 15_000): Promise<Footprint> {
    const untilMs = performance.now() + ms
    for (;;) {
      const footprint = await this.footprint()
      if (isIt(footprint) || performance.now() > untilMs) return footprint
    }
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#died.catch(() => {})
    await rm(this.#folder, { recursive: true, force: true })
  }
}
