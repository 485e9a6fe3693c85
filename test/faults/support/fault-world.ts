import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Room } from '@holdfast/protocol'
import { check } from './checker.ts'
import type { DeviceSpec } from './device.ts'
import type { Violation } from './evidence.ts'
import { type FaultyOptions, FaultyServer } from './faulty-server.ts'
import type { HistoryLine } from './history-lines.ts'
import { lastingToken } from './lasting-token.ts'
import { Recorder } from './recorder.ts'
import { StoreLog } from './store-log.ts'

/** Who owns the rooms, and reads the log. */
const OWNER = 'ann'
/** What takes so long will not come any more. Longer than any back-off of a client. Milliseconds. */
const HEALED_WITHIN_MS = 60_000
/** How often a condition is looked at that nobody tells. Milliseconds. */
const LOOK_MS = 25

export interface WorldOptions extends FaultyOptions {
  readonly seed: string
  /** The userIds of the members beside the owner. */
  readonly members: readonly string[]
  readonly rooms?: number
  /** After how long what is awaited counts as never to come, in milliseconds. Default 60,000. */
  readonly healMs?: number
}

/** A server that fails, people in processes of their own, and what they and the log have to say in the end. */
export class FaultWorld {
  readonly server: FaultyServer
  readonly roomIds: readonly string[]
  readonly #seed: string
  readonly #healMs: number
  readonly #folder: string
  readonly #logs: readonly StoreLog[]
  readonly #recorders: Recorder[] = []
  readonly #dead: Recorder[] = []

  private constructor(
    server: FaultyServer,
    folder: string,
    { seed, healMs = HEALED_WITHIN_MS }: WorldOptions,
    logs: ReadonlyMap<string, StoreLog>,
  ) {
    this.server = server
    this.#folder = folder
    this.#seed = seed
    this.#healMs = healMs
    this.roomIds = [...logs.keys()]
    this.#logs = [...logs.values()]
  }

  static async start(options: WorldOptions): Promise<FaultWorld> {
    const { members, rooms = 2 } = options
    const server = await FaultyServer.start(options)
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-histories-'))
    const logs = new Map<string, StoreLog>()
    for (let n = 1; n <= rooms; n++) {
      const body = { id: `room-${n}`, name: `room ${n}`, type: 'private', members }
      const { id } = await call<Room>(server.url, 'POST', '/api/rooms', body)
      logs.set(id, await StoreLog.of(server.url, OWNER, id))
    }
    return new FaultWorld(server, folder, options, logs)
  }

  /** Starts a process of these people's devices (`ann.1` is one of ann's), all of which read all rooms. */
  async people(...devices: readonly string[]): Promise<Recorder> {
    const specs = devices.map(
      (device): DeviceSpec => ({ device, userId: device.split('.')[0] ?? '', rooms: this.roomIds }),
    )
    const recorder = await Recorder.start({
      ...{ url: this.server.url, seed: this.#seed, devices: specs, folder: this.#folder },
    })
    this.#recorders.push(recorder)
    return recorder
  }

  /** Its people are gone: what they have noted counts, and nothing is expected of them any more. */
  async kill(recorder: Recorder): Promise<void> {
    await recorder.killNine()
    this.#recorders.splice(this.#recorders.indexOf(recorder), 1)
    this.#dead.push(recorder)
  }

  /** An HTTP call of the owner. */
  call<T>(method: string, path: string, body?: object): Promise<T> {
    return call(this.server.url, method, path, body)
  }

  /** Reads what is new in the log, so that what it says later can be compared. */
  async readLogs(): Promise<void> {
    for (const log of this.#logs) await log.read()
  }

  /** The server is started after its end, and all people connect. */
  async restart(): Promise<void> {
    await this.server.start()
    await this.readLogs()
    await this.#all(recorder => recorder.tell({ do: 'connect' }))
  }

  /**
   * Waits until everything that was begun is done, and everybody has read as far as the log goes.
   *
   * @throws Error when that takes too long, with how everybody stands.
   */
  async settle(): Promise<void> {
    await this.#within(
      'everything is acknowledged',
      this.#all(recorder => recorder.tell({ do: 'rest' })),
    )
    const heads: Record<string, number> = {}
    for (const [i, roomId] of this.roomIds.entries()) heads[roomId] = (await this.#logs[i]?.read()) ?? 0
    await this.#within(
      'everybody is up to date',
      this.#all(recorder => recorder.tell({ do: 'reach', heads })),
    )
  }

  /** Lets everything come to rest and looks at all that was done, seen and stored. */
  async verdict(): Promise<readonly Violation[]> {
    const pending = await this.settle().then(
      () => [],
      (error: Error) => [{ rule: 'READ4', what: error.message }],
    )
    await this.#all(recorder => recorder.tell({ do: 'note-views' }))
    const rooms = await Promise.all(this.#logs.map(log => log.truth()))
    return [...pending, ...check({ rooms, lines: this.lines() })]
  }

  /** What everybody has noted. */
  lines(): readonly HistoryLine[] {
    return [...this.#recorders, ...this.#dead].flatMap(recorder => recorder.lines())
  }

  /** Resolves when the condition holds. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const look = async () => {
      while (!(await holds())) await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
    await this.#within(what, look())
  }

  async remove(): Promise<void> {
    await Promise.all(this.#recorders.map(recorder => recorder.killNine()))
    await this.server.remove()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #all(what: (recorder: Recorder) => Promise<void>): Promise<void> {
    await Promise.all(this.#recorders.map(what))
  }

  async #within(what: string, done: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      this.#standing().then(
        standing => late.reject(new Error(`unable to wait until ${what}; ${standing}`)),
        late.reject,
      )
    }, this.#healMs)
    await Promise.race([done, late.promise]).finally(() => clearTimeout(timer))
  }

  async #standing(): Promise<string> {
    return JSON.stringify(await Promise.all(this.#recorders.map(recorder => recorder.status())))
  }
}

async function call<T>(url: string, method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${await lastingToken(OWNER)}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`unable to ${method} ${path}; ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}
