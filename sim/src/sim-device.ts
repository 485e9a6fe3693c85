import {
  type Client,
  createClient,
  type Network,
  type NetworkChange,
  type OutboxRecord,
  type OutboxStorage,
  type RoomHandle,
} from '@holdfast/client'
import type { Coverage } from './coverage.ts'
import { SimHost } from './sim-host.ts'
import { type LineManner, SimLine, type SimNetwork } from './sim-network.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'
import { tokenFor } from './sim-token.ts'
import type { PageWatch, Watch } from './watch.ts'

/** What all devices of a world have in common. */
export interface DeviceParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly coverage: Coverage
  /** Told whenever a room of the device shows something else. */
  readonly onView: (device: SimDevice, room: RoomHandle) => void
  /** Sees everything that a page of the device asks for and is told. */
  readonly watch: Watch
}

/** A room that is let go for longer than this is really closed. Milliseconds. */
const REOPEN_MS = 1_500

/** Somebody's phone or tab: one client of the SDK, with a line to the nodes and a storage that outlives a reload. */
export class SimDevice {
  readonly name: string
  readonly userId: string
  readonly line: LineManner
  readonly storage = new SimOutboxStorage()
  readonly #parts: DeviceParts
  readonly #rooms: readonly string[]
  #loads = 0
  #page: Page

  constructor(name: string, userId: string, rooms: readonly string[], parts: DeviceParts, line: LineManner) {
    this.name = name
    this.userId = userId
    this.line = line
    this.#rooms = rooms
    this.#parts = parts
    this.#page = this.#load()
  }

  get client(): Client {
    return this.#page.client
  }

  get host(): SimHost {
    return this.#page.host
  }

  room(roomId: string): RoomHandle {
    return this.#page.client.room(roomId)
  }

  /** A token of its person, as the application would give it. */
  async token(): Promise<string> {
    return tokenFor(this.userId, this.#parts.time.nowMs)
  }

  /** Opens a room, or leaves it open. */
  open(roomId: string): void {
    const { releases, client, watch } = this.#page
    if (releases.has(roomId)) return
    watch.wanted(roomId)
    releases.set(roomId, client.room(roomId).open())
  }

  /** Opens a room again that it was shut out of, as its person would by going there: it may have been let in since. */
  reopen(roomId: string): void {
    const { status } = this.room(roomId).getSnapshot()
    const isShut = status === 'refused' || status === 'detached'
    if (isShut) this.close(roomId)
    if (isShut || !this.isOpen(roomId)) this.#parts.time.after(REOPEN_MS, () => this.open(roomId))
  }

  close(roomId: string): void {
    this.#page.releases.get(roomId)?.()
    this.#page.releases.delete(roomId)
  }

  isOpen(roomId: string): boolean {
    return this.#page.releases.has(roomId)
  }

  /** The page is loaded anew: all that is left of the old one is what it had stored. */
  reload(): void {
    const { host, line, releases } = this.#page
    line.reset()
    host.die()
    this.#page = this.#load()
    for (const roomId of releases.keys()) this.open(roomId)
  }

  /** Every connection ends. */
  reset(): void {
    this.#page.line.reset()
  }

  /** Every connection goes silent. */
  freeze(): void {
    this.#page.line.freeze()
  }

  /** The device says that it has a network again, or none. */
  tell(change: NetworkChange): void {
    this.#page.network.tell(change)
  }

  #load(): Page {
    const { time, random, network: nodes, coverage, onView } = this.#parts
    const name = `${this.name}.${++this.#loads}`
    const chance = random.fork(name)
    const host = new SimHost(name, time, chance)
    const line = new SimLine({ host, time, random: chance.fork('line'), coverage, network: nodes }, this.line)
    const network = new SimDeviceNetwork()
    const watch = this.#parts.watch.page(name)
    let ids = 0
    const client = createClient({
      url: 'http://sim',
      getToken: () => this.token(),
      outbox: watch.storage(this.storage.page()),
      platform: {
        clock: host.clock,
        scheduler: host.scheduler,
        random: { fraction: () => chance.fraction(), id: () => `${name.replaceAll('.', '-')}-${++ids}` },
        network,
        openSocket: watch.sockets(line.openSocket),
        fetch: watch.calls(line.fetch),
      },
    })
    for (const roomId of this.#rooms) {
      const room = client.room(roomId)
      room.subscribe(() => {
        if (host.isDead) return
        watch.shown(room.getSnapshot())
        onView(this, room)
      })
    }
    client.connect()
    return { host, line, network, client, watch, releases: new Map() }
  }
}

interface Page {
  readonly host: SimHost
  readonly line: SimLine
  readonly network: SimDeviceNetwork
  readonly client: Client
  readonly watch: PageWatch
  readonly releases: Map<string, () => void>
}

class SimDeviceNetwork implements Network {
  #isUp = true
  #isVisible = true
  readonly #listeners = new Set<(change: NetworkChange) => void>()

  isUp(): boolean {
    return this.#isUp
  }

  isVisible(): boolean {
    return this.#isVisible
  }

  watch(listener: (change: NetworkChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: NetworkChange): void {
    if (change === 'up' || change === 'down') this.#isUp = change === 'up'
    else this.#isVisible = change === 'visible'
    for (const listener of this.#listeners) listener(change)
  }
}

/** What a device keeps when its page is loaded anew. It may be full, and then keeps nothing more. */
export class SimOutboxStorage {
  isFull = false
  readonly #records = new Map<string, OutboxRecord>()

  /** The storage as one page of the device sees it. */
  page(): OutboxStorage {
    return {
      put: async record => {
        if (this.isFull) throw new Error('the quota is used up')
        this.#records.set(keyOf(record.roomId, record.clientId), structuredClone(record))
      },
      remove: async (roomId, clientId) => void this.#records.delete(keyOf(roomId, clientId)),
      list: async () => [...this.#records.values()].sort((a, b) => a.order - b.order),
      clear: async () => this.#records.clear(),
    }
  }
}

function keyOf(roomId: string, clientId: string): string {
  return `${roomId} ${clientId}`
}
