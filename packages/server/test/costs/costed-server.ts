import { encode, type UpFrame } from '@holdfast/protocol'
import { LocalBus } from '../../src/bus/local.ts'
import { type Composed, compose } from '../../src/compose.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { openSqliteLog } from '../../src/log/sqlite/sqlite-log.ts'
import type { Visits } from '../../src/log/visit.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { settingsOf } from '../../src/options.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import type { SharedText } from '../../src/transport/shared-text.ts'
import type { Transport, TransportListener } from '../../src/transport/transport.ts'
import { newFolder } from '../log/folders.ts'
import { WatchedConnections } from '../log/sqlite/watched-connect.ts'
import { FakePlatform } from '../support/fake-platform.ts'

/** A connection whose peer takes everything at once, and which counts what it is made to write. */
export class CountedTransport implements Transport {
  readonly bufferedBytes = 0
  /** Every message handed to it, in order. */
  readonly written: (string | SharedText)[] = []
  #listener: TransportListener | null = null

  start(listener: TransportListener): void {
    this.#listener = listener
  }

  send(text: string | SharedText): void {
    this.written.push(text)
  }

  arrive(frame: UpFrame | readonly UpFrame[]): void {
    this.#listener?.onMessage(encode(frame))
  }

  /** The connection is gone. */
  drop(): void {
    this.#listener?.onClosed(1006)
  }

  ping(): void {}
  pause(): void {}
  resume(): void {}
  close(): void {}
  terminate(): void {}
}

/** A whole server on SQLite, in time that stands still, whose statements and reads of the log are counted. */
export class CostedServer {
  readonly platform = new FakePlatform()
  /** Statements that the writing connection has run, by their first words. */
  readonly statements: string[] = []
  /** The calls of the log, by name. */
  readonly logCalls: string[] = []
  /** Events that were read from the log for somebody, and the parts of snapshots that are everybody's. */
  eventRows = 0
  snapshotsRead = 0
  readonly #server: Composed
  readonly #close: () => Promise<void>
  readonly #log: RoomLog
  readonly #watched: WatchedConnections

  private constructor(log: RoomLog, platform: FakePlatform, watched: WatchedConnections, remove: () => void) {
    this.platform = platform
    this.#log = log
    this.#watched = watched
    watched.failOn = ({ role, sql }) => {
      if (role === 'writer') this.statements.push(sql)
      return null
    }
    const options = { store: { kind: 'memory' }, auth: { mode: 'jwt', secret: 'of no use' } } as const
    const settings = settingsOf({ ...options, platform, sendRate: 0, logger: silentLogger })
    const auth = { guests: null, authenticator: { authenticate: () => Promise.reject(new Error('nobody comes')) } }
    const bus = new LocalBus(error => {
      throw error
    })
    const presence = new MemoryPresence(platform.clock)
    this.#server = compose({ settings, log: this.#counted(log), bus, auth, presence })
    this.#close = async () => {
      const closed = this.#server.close()
      await platform.advance(60_000)
      await closed
      remove()
    }
  }

  /** One with the room `r`, that these people are in. */
  static async start(members: readonly string[]): Promise<CostedServer> {
    const folder = newFolder()
    const platform = new FakePlatform()
    const watched = new WatchedConnections()
    const log = await openSqliteLog({ dataDir: folder.path, platform, connect: await watched.connect() })
    const fields = { name: 'r', type: 'private', topic: '', ephemeral: false, metadata: {} } as const
    const actor = { userId: 'owner', name: 'owner', isAdmin: false }
    await log.commit([{ kind: 'room.create', actor, roomId: 'r', ...fields, members }])
    return new CostedServer(log, platform, watched, () => folder.remove())
  }

  /** A session of `userId`; `hello` beside what every hello has. */
  async connect(userId: string, hello: object = {}): Promise<CountedTransport> {
    const transport = new CountedTransport()
    const expiresAtMs = Number.MAX_SAFE_INTEGER
    this.#server.connect(transport, { actor: { userId, name: userId, isAdmin: false }, expiresAtMs })
    transport.arrive({ type: 'session.hello', protocol: 1, client: { name: 'test', version: '1' }, ...hello })
    await this.platform.advance(0)
    return transport
  }

  /** How long the write-ahead log is: what commits have written, in pages. */
  get pages(): number {
    const state = this.#watched.get('writer').prepare('PRAGMA wal_checkpoint(NOOP)').get() as { readonly log: number }
    return state.log
  }

  /** Of the room `r`. */
  async epoch(): Promise<string> {
    return (await this.#log.head('r'))?.epoch ?? ''
  }

  close(): Promise<void> {
    return this.#close()
  }

  #counted(log: RoomLog): RoomLog {
    return new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          this.logCalls.push(String(name))
          const answer: unknown = Reflect.apply(value, target, args)
          if (name === 'visit') void (answer as Promise<Visits>).then(visits => this.#countVisits(visits))
          if (name === 'events') void (answer as Promise<readonly unknown[]>).then(rows => this.#countEvents(rows))
          return answer
        }
      },
    })
  }

  #countVisits({ events, shared }: Visits): void {
    this.#countEvents(events)
    if (shared !== null) this.snapshotsRead++
  }

  #countEvents(rows: readonly unknown[]): void {
    this.eventRows += rows.length
  }
}
