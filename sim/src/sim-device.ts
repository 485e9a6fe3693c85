import { type Client, createClient, type NetworkChange, type RoomHandle } from '@holdfast/client'
import type { Coverage } from './coverage.ts'
import type { History } from './history.ts'
import type { Ledger } from './ledger.ts'
import type { LineManner } from './line-manner.ts'
import type { PageWatch } from './page-watch.ts'
import { SimDeviceNetwork } from './sim-device-network.ts'
import { SimHost } from './sim-host.ts'
import { SimLine, type SimNetwork } from './sim-network.ts'
import { SimPoller } from './sim-poller.ts'
import type { SimRandom } from './sim-random.ts'
import { SimOutboxStorage } from './sim-storage.ts'
import type { SimTime } from './sim-time.ts'
import { tokenFor } from './sim-token.ts'
import type { Watch } from './watch.ts'

/** What all devices of a world have in common. */
export interface DeviceParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly coverage: Coverage
  readonly history: History
  readonly ledger: Ledger
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
  readonly storage: SimOutboxStorage
  /** What asks for it in the background, whatever page there is. */
  readonly poller: SimPoller
  readonly #parts: DeviceParts
  readonly #rooms: readonly string[]
  #loads = 0
  #tabs = 0
  #tab: SimDevice | null = null
  #page: Page

  /** @param storage where there is one already, which another tab uses too */
  constructor(
    name: string,
    userId: string,
    rooms: readonly string[],
    parts: DeviceParts,
    line: LineManner,
    storage = new SimOutboxStorage(parts.coverage),
  ) {
    this.name = name
    this.userId = userId
    this.line = line
    this.storage = storage
    this.#rooms = rooms
    this.#parts = parts
    this.#page = this.#load()
    const breach = (rule: string, what: string) => parts.history.breach(rule, what)
    const { ledger, coverage } = parts
    this.poller = new SimPoller({ userId, rooms, ledger, coverage, breach, call: (...call) => this.#call(...call) })
  }

  /** Whether it is another's second tab. */
  get isTab(): boolean {
    return this.name.includes('+')
  }

  /** The second tab; null when there is none. It sleeps and connects for itself, on the same line. */
  get tab(): SimDevice | null {
    return this.#tab
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

  async #call(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' }
    return this.#page.fetch(`http://sim${path}`, { ...init, headers })
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
    const { releases } = this.#page
    if (this.#parts.history.unsettledOf(this.name).length > 0) this.#parts.coverage.saw('reloaded with messages unsent')
    this.#excuseUnstored()
    this.#end()
    this.#page = this.#load()
    for (const roomId of releases.keys()) this.open(roomId)
    const { refuses, isBlocked } = this.storage
    if (!refuses && !isBlocked) return
    // What it could not read now it reads late, or a later page does: what is written meanwhile cannot know its place behind it.
    for (const sent of this.#parts.history.unsettledOf(this.name)) sent.wasRetried = true
  }

  /** Opens a second tab. `isShared`: what one of them has stored the other finds. Says false when there is one. */
  openTab(isShared: boolean): boolean {
    if (this.#tab !== null) return false
    const name = `${this.name}+${++this.#tabs}`
    this.#excuseUnstored()
    const storage = isShared ? this.storage : new SimOutboxStorage(this.#parts.coverage)
    this.#tab = new SimDevice(name, this.userId, this.#rooms, this.#parts, this.line, storage)
    for (const roomId of this.#page.releases.keys()) this.#tab.open(roomId)
    return true
  }

  /** The second tab is closed: nobody is left who would send what it has not sent, though another page may find it stored. */
  closeTab(): void {
    const tab = this.#tab
    this.#tab = null
    if (tab === null) return
    tab.#end()
    this.#parts.history.ended(tab.name, () => false)
  }

  /** The browser keeps nothing of what the device had stored; then its page is loaded anew. */
  evict(): void {
    this.storage.evict()
    this.reload()
  }

  /** Every connection ends. */
  reset(): void {
    this.#page.line.reset()
  }

  /** Every connection goes silent. */
  freeze(): void {
    this.#page.line.freeze()
  }

  /** Whether the last that its page was told of its network is that there is none. */
  get isToldDown(): boolean {
    return !this.#page.network.isUp()
  }

  /** The device says that it has a network again, or none. */
  tell(change: NetworkChange): void {
    this.#page.network.tell(change)
    this.#tab?.tell(change)
  }

  /** Every connection breaks, on each side in its own way. */
  tear(): void {
    this.#page.line.tear()
  }

  /** Nothing is left of the page but what it had stored. */
  #end(): void {
    const { host, line } = this.#page
    line.reset()
    host.die()
    this.#parts.history.ended(this.name, ({ roomId, clientId }) => this.storage.has(roomId, clientId))
  }

  /** Another page will find what is stored and send it, before what is not and stands ahead of it. */
  #excuseUnstored(): void {
    for (const { name, storage } of [this, ...(this.#tab === null ? [] : [this.#tab])]) {
      for (const sent of this.#parts.history.unsettledOf(name)) {
        if (!storage.has(sent.roomId, sent.clientId)) sent.wasRetried = true
      }
    }
  }

  #load(): Page {
    const { time, random, network: nodes, coverage, onView } = this.#parts
    const name = `${this.name}.${++this.#loads}`
    const chance = random.fork(name)
    const host = new SimHost(name, time, chance)
    const line = new SimLine({ host, time, random: chance.fork('line'), coverage, network: nodes }, this.line)
    const network = new SimDeviceNetwork()
    const watch = this.#parts.watch.page(name, this.userId)
    const fetch = watch.calls(line.fetch)
    let ids = 0
    const client = createClient({
      url: 'http://sim',
      getToken: () => this.token(),
      outbox: this.storage.page(host),
      platform: {
        clock: host.clock,
        scheduler: host.scheduler,
        random: {
          fraction: () => chance.fraction(), // A clientId takes no dot and no plus.
          id: () => `${name.replaceAll('.', '-').replaceAll('+', 't')}-${++ids}`,
        },
        network,
        openSocket: watch.sockets(line.openSocket),
        fetch,
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
    return { host, line, network, client, watch, fetch, releases: new Map() }
  }
}

interface Page {
  readonly host: SimHost
  readonly line: SimLine
  readonly network: SimDeviceNetwork
  readonly client: Client
  readonly watch: PageWatch
  readonly fetch: ReturnType<PageWatch['calls']>
  readonly releases: Map<string, () => void>
}
