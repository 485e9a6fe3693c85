import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Holdfast } from '../../src/holdfast.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import type { HoldfastOptions } from '../../src/options.ts'
import { createHoldfast } from '../../src/server.ts'
import { RawClient } from './raw-client.ts'
import { SECRET, tokenFor } from './tokens.ts'

/** A server that listens, and the people who use it. */
export class LiveServer {
  readonly holdfast: Holdfast
  readonly url: string
  readonly #clients: RawClient[] = []
  readonly #tokens = new Map<string, Promise<string>>()
  readonly #cleanUp: () => Promise<void>

  constructor(holdfast: Holdfast, url: string, cleanUp: () => Promise<void> = async () => {}) {
    this.holdfast = holdfast
    this.url = url
    this.#cleanUp = cleanUp
  }

  /** Starts one on a free port: in memory and without rate limits unless `options` say otherwise. */
  static async start(options: Partial<HoldfastOptions> = {}): Promise<LiveServer> {
    const holdfast = await createHoldfast({
      store: { kind: 'memory' },
      auth: { mode: 'jwt', secret: SECRET },
      sendRate: 0,
      logger: silentLogger,
      ...options,
    })
    const { url } = await holdfast.listen({ host: '127.0.0.1', port: 0 })
    return new LiveServer(holdfast, url)
  }

  /** The same on SQLite, in a folder of its own that goes with it. */
  static async startOnDisk(options: Partial<HoldfastOptions> = {}): Promise<LiveServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-server-'))
    const server = await LiveServer.start({ store: { kind: 'sqlite', dataDir }, ...options })
    return new LiveServer(server.holdfast, server.url, () => rm(dataDir, { recursive: true, force: true }))
  }

  /** A session of `userId` that has said hello. */
  async client(userId: string, hello: object = {}): Promise<RawClient> {
    return this.#keep(await RawClient.open(this.url, await this.#token(userId), hello))
  }

  /** A connection of `userId` that has not said hello. */
  async socket(userId: string): Promise<RawClient> {
    return this.#keep(await RawClient.connect(this.url, await this.#token(userId)))
  }

  /** An HTTP call of `userId`. */
  async call(userId: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#token(userId)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }

  /** Makes a room with `owner` and these members in it. */
  async room(id: string, owner: string, members: readonly string[] = [], type = 'private'): Promise<void> {
    const { status, body } = await this.call(owner, 'POST', '/api/rooms', { id, name: id, type, members })
    if (status !== 201) throw new Error(`unable to make the room ${id}; ${status} ${JSON.stringify(body)}`)
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.terminate()
    await this.holdfast.close()
    await this.#cleanUp()
  }

  #token(userId: string): Promise<string> {
    const token = this.#tokens.get(userId) ?? tokenFor(userId)
    this.#tokens.set(userId, token)
    return token
  }

  #keep(client: RawClient): RawClient {
    this.#clients.push(client)
    return client
  }
}
