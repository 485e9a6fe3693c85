// biome-ignore-all assist/source/organizeImports: rooms and platform first, so that alike modules are neighbours in a bundle, which compresses better
import { ClientRoom, type RoomServices } from './room.ts'
import { systemPlatform } from './platform/system.ts'
import {
  DEFAULT_SESSION_LIMITS,
  MAX_OPEN_ROOMS,
  type RoomCursor,
  type SessionLimits,
  type SessionWelcome,
  type UpFrame,
} from '@holdfast/protocol'
import { type Addresses, addressesOf } from './addresses.ts'
import { bytesOf } from './bytes.ts'
import { Changes } from './changes.ts'
import type { Client } from './client-handle.ts'
import { Connection } from './connection/connection.ts'
import { Requests } from './connection/requests.ts'
import { claimsOf } from './connection/token-claims.ts'
import { type Destinations, routeFrame } from './frame-router.ts'
import { Http } from './http.ts'
import type { ClientOptions } from './options.ts'
import { MemoryOutboxStorage } from './outbox/memory-storage.ts'
import { Outbox } from './outbox/outbox.ts'
import type { NetworkChange } from './platform/network.ts'
import { refMaker } from './refs.ts'
import type { RoomHandle } from './room-handle.ts'
import { HttpRoomList } from './rooms/room-list.ts'
import { browserDevice } from './signals/browser.ts'
import type { ClientPresence } from './signals/presence.ts'
import type { Settings } from './signals/settings-handle.ts'
import { Signals } from './signals/signals.ts'
import { CLIENT_VERSION } from './version.ts'

/** Rooms of a hello take no more than this, so that the hello fits whatever a server takes; others are opened after it. Bytes. */
const HELLO_ROOMS_BYTES = 48 * 1024

/**
 * Makes a client. It does nothing by itself until `connect()`.
 *
 * @throws Error when `options.url` is not an http(s) address.
 */
export function createClient(options: ClientOptions): Client {
  return new HoldfastClient(options, addressesOf(options.url))
}

/** Puts the parts together; each part does its own work. */
class HoldfastClient implements Client {
  // Declared only, here and in four more files: a field that is undefined until the constructor sets it weighs, and all of them
  // together 44 of the bundle's 20,480 bytes. The compiler no longer checks that the constructor sets them; it does, below.
  declare readonly connection: Connection
  declare readonly rooms: HttpRoomList
  declare readonly presence: ClientPresence
  declare readonly settings: Settings
  readonly #changes: Changes
  readonly #outbox: Outbox
  readonly #requests: Requests
  readonly #signals: Signals
  readonly #byId = new Map<string, ClientRoom>()
  readonly #services: RoomServices
  readonly #destinations: Destinations
  /** The rooms that the hello of this connection has asked for. */
  #greeted: ReadonlySet<string> = new Set()
  #userId: string | null = null
  #unwatch: (() => void) | null = null
  /** Counts the people, so that a token asked for before one has gone names nobody after. */
  #person = 0
  #limits: SessionLimits = DEFAULT_SESSION_LIMITS

  constructor(options: ClientOptions, addresses: Addresses) {
    const platform = options.platform ?? systemPlatform
    const getToken = async () => {
      const person = this.#person
      const token = await options.getToken()
      const { userId } = claimsOf(token)
      if (userId !== null && person === this.#person) this.#outbox.writeAs(userId)
      return token
    }
    const changes = new Changes(platform.scheduler)
    const http = new Http({ platform, baseUrl: addresses.http, getToken })
    const connection = new Connection({
      platform,
      changes,
      url: addresses.socket,
      clientInfo: { ...browserDevice(), ...(options.clientInfo ?? { name: 'holdfast-js', version: CLIENT_VERSION }) },
      getToken,
      checkToken: token => http.takes(token),
      hello: () => ({ rooms: this.#helloRooms(), ...this.rooms.hello() }),
      greeting: () => this.presence.greeting(),
      onUp: welcome => this.#up(welcome),
      onDown: () => this.#down(),
      onFrames: frames => frames.forEach(frame => void routeFrame(frame, this.#destinations)),
    })
    const frameBytes = () => this.#limits.frameBytes
    const channel = { platform, nextRef: refMaker(), frameBytes, send: (frame: UpFrame) => connection.send(frame) }
    const shared = { ...channel, changes, http, userId: () => this.#userId }
    this.connection = connection
    this.#changes = changes
    this.#requests = new Requests(channel)
    this.#signals = new Signals({ ...shared, idle: options.idle, rooms: this.#byId })
    this.presence = this.#signals.presence
    this.settings = this.#signals.settings
    this.#outbox = new Outbox({
      ...channel,
      changes,
      storage: options.outbox ?? new MemoryOutboxStorage(),
      onEntries: (roomId, entries) => changes.batch(() => this.#roomOf(roomId).takeOutgoing(entries)),
      onRestored: roomId => this.#byId.get(roomId)?.settle(),
      onAcknowledged: (record, { seq }) => this.#roomOf(record.roomId).takeAcknowledged(record, seq),
    })
    this.rooms = new HttpRoomList({
      ...shared,
      onEntries: (entries, isCurrent) => {
        for (const entry of entries) this.#byId.get(entry.id)?.takeListed(entry, isCurrent)
      },
      news: () => [...this.#byId.values()].flatMap(room => room.news() ?? []),
    })
    this.#services = {
      ...shared,
      connection,
      requests: this.#requests,
      outbox: this.#outbox,
      signals: this.#signals,
      onMuted: (roomId, muted) => this.rooms.amend(roomId, { muted }),
      onMembership: () => void this.rooms.refresh(),
    }
    this.#destinations = { ...this.#services, rooms: this.#byId, list: this.rooms }
    this.#outbox.start()
  }

  get userId(): string | null {
    return this.#userId
  }

  get limits(): SessionLimits {
    return this.#limits
  }

  connect(): void {
    this.connection.connect()
  }

  disconnect(): void {
    this.connection.disconnect()
    this.presence.stop()
  }

  room(roomId: string): RoomHandle {
    return this.#roomOf(roomId)
  }

  async logout(): Promise<void> {
    // What was read a moment ago is not to be lost.
    this.#signals.readMarker.flush()
    this.connection.logOut()
    this.#changes.batch(() => this.#forgetPerson())
    await this.#outbox.purge()
  }

  #roomOf(roomId: string): ClientRoom {
    const known = this.#byId.get(roomId)
    if (known !== undefined) return known
    const room = new ClientRoom(roomId, this.#services)
    room.subscribe(() => {
      const news = room.news()
      if (news) this.rooms.learn(news)
    })
    this.#byId.set(roomId, room)
    return room
  }

  /** As many of the rooms wanted as fit; the others are opened one by one once the server has answered. */
  #helloRooms(): RoomCursor[] {
    const cursors: RoomCursor[] = []
    let bytes = 0
    for (const room of this.#byId.values()) {
      const cursor = room.subscription.greeting()
      if (cursor === null) continue
      bytes += bytesOf(JSON.stringify(cursor)) + 1
      if (bytes > HELLO_ROOMS_BYTES || cursors.length >= MAX_OPEN_ROOMS) break
      cursors.push(cursor)
    }
    this.#greeted = new Set(cursors.map(cursor => cursor.roomId))
    return cursors
  }

  #up(welcome: SessionWelcome): void {
    const isSomebodyElse = this.#userId !== null && this.#userId !== welcome.userId
    if (isSomebodyElse) this.#forgetPerson()
    this.#userId = welcome.userId
    this.#limits = welcome.limits
    for (const [roomId, room] of this.#byId) room.subscription.up(!isSomebodyElse && this.#greeted.has(roomId))
    this.#outbox.up(welcome.userId)
    if (isSomebodyElse) this.#outbox.start()
    this.#requests.up()
    this.#signals.up()
    this.rooms.up()
    this.#unwatch ??= this.#services.platform.network.watch(change => this.#look(change))
  }

  #down(): void {
    for (const room of this.#byId.values()) room.subscription.down()
    this.#outbox.down()
    this.rooms.down()
    this.presence.down()
    this.#unwatch?.()
    this.#unwatch = null
  }

  #look(change: NetworkChange): void {
    this.#signals.look(change)
    this.#outbox.look()
    if (change === 'visible') this.rooms.visible()
  }

  /** Whoever comes next sees and sends nothing of whom it was before. */
  #forgetPerson(): void {
    this.#person++
    this.#userId = null
    this.#requests.close()
    this.#signals.forgetAll()
    this.rooms.forgetAll()
    this.#outbox.forgetAll()
    for (const room of this.#byId.values()) room.subscription.forget()
  }
}
