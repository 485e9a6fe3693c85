import {
  DEFAULT_SESSION_LIMITS,
  type DownFrame,
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
import { systemPlatform } from './platform/system.ts'
import { refMaker } from './refs.ts'
import { ClientRoom, type RoomServices } from './room.ts'
import type { RoomHandle } from './room-handle.ts'
import { HttpRoomList } from './rooms/room-list.ts'
import type { Presence, PresenceView } from './signals/presence-handle.ts'
import type { Settings, SettingsView } from './signals/settings-handle.ts'
import { ReadMarker } from './sync/read-marker.ts'
import { CLIENT_VERSION } from './version.ts'

/** Rooms of a hello take no more than this, so that the hello fits whatever a server takes; others are opened after it. Bytes. */
const HELLO_ROOMS_BYTES = 48 * 1024

const NOTHING_KNOWN: PresenceView = {
  people: new Map(),
  mine: { status: 'online', wish: null, isIdle: false, customStatus: null, dndUntil: null },
}
const UNREAD_SETTINGS: SettingsView = { settings: null, error: null }

/**
 * Makes a client. It does nothing by itself until `connect()`.
 *
 * @throws Error when `options.url` is not an http(s) address.
 */
export function createClient(options: ClientOptions): Client {
  const client = new HoldfastClient(options, addressesOf(options.url))
  client.start()
  return client
}

/** Puts the parts together; each part does its own work. */
class HoldfastClient implements Client {
  readonly connection: Connection
  readonly rooms: HttpRoomList
  readonly presence: Presence
  readonly settings: Settings
  readonly #changes: Changes
  readonly #outbox: Outbox
  readonly #requests: Requests
  readonly #readMarker: ReadMarker
  readonly #byId = new Map<string, ClientRoom>()
  readonly #services: RoomServices
  readonly #destinations: Destinations
  /** The rooms that the hello of this connection has asked for. */
  #greeted: ReadonlySet<string> = new Set()
  #userId: string | null = null
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
    const nextRef = refMaker()
    const changes = new Changes(platform.scheduler)
    const http = new Http({ platform, baseUrl: addresses.http, getToken })
    const connection = new Connection({
      platform,
      changes,
      url: addresses.socket,
      clientInfo: options.clientInfo ?? { name: 'holdfast-js', version: CLIENT_VERSION },
      getToken,
      checkToken: token => http.takes(token),
      helloRooms: () => this.#helloRooms(),
      onUp: welcome => this.#up(welcome),
      onDown: () => this.#down(),
      onFrames: frames => this.#route(frames),
    })
    const frameBytes = () => this.#limits.frameBytes
    const channel = { platform, nextRef, frameBytes, send: (frame: UpFrame) => connection.send(frame) }
    this.connection = connection
    this.#changes = changes
    this.#requests = new Requests(channel)
    this.#readMarker = new ReadMarker(channel)
    this.#outbox = new Outbox({
      ...channel,
      storage: options.outbox ?? new MemoryOutboxStorage(),
      onEntries: (roomId, entries) => changes.batch(() => this.#roomOf(roomId).takeOutgoing(entries)),
      onAcknowledged: (record, { seq }) => this.#roomOf(record.roomId).takeAcknowledged(record, seq),
    })
    this.rooms = new HttpRoomList({
      platform,
      changes,
      http,
      onEntries: (entries, isCurrent) => {
        for (const { id, lastReadSeq } of entries) this.#byId.get(id)?.takeListed(lastReadSeq, isCurrent)
      },
      news: () => [...this.#byId.values()].flatMap(room => room.news() ?? []),
    })
    this.presence = {
      subscribe: () => () => {},
      getSnapshot: () => NOTHING_KNOWN,
      watch: () => () => {},
      setStatus: () => {},
      setCustomStatus: () => {},
      setDoNotDisturb: () => {},
      onlineSince: async () => [],
    }
    this.settings = { subscribe: () => () => {}, getSnapshot: () => UNREAD_SETTINGS, update: async () => {} }
    const onMembership = () => void this.rooms.refresh()
    this.#services = {
      platform,
      changes,
      connection,
      requests: this.#requests,
      outbox: this.#outbox,
      readMarker: this.#readMarker,
      http,
      nextRef,
      userId: () => this.#userId,
      onMembership,
    }
    this.#destinations = { ...this.#services, rooms: this.#byId }
  }

  get userId(): string | null {
    return this.#userId
  }

  get limits(): SessionLimits {
    return this.#limits
  }

  /** Takes up what an earlier page or process has left to send. */
  start(): void {
    this.#outbox.start()
  }

  connect(): void {
    this.connection.connect()
  }

  disconnect(): void {
    this.connection.disconnect()
  }

  room(roomId: string): RoomHandle {
    return this.#roomOf(roomId)
  }

  async logout(): Promise<void> {
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
      if (news !== null) this.rooms.tell(news)
    })
    this.#byId.set(roomId, room)
    return room
  }

  /** As many of the rooms wanted as fit; the others are opened one by one once the server has answered. */
  #helloRooms(): readonly RoomCursor[] {
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
    this.#readMarker.up()
    this.rooms.up()
  }

  #down(): void {
    for (const room of this.#byId.values()) room.subscription.down()
    this.#outbox.down()
    this.#readMarker.down()
    this.rooms.down()
  }

  #route(frames: readonly DownFrame[]): void {
    for (const frame of frames) routeFrame(frame, this.#destinations)
  }

  /** Whoever comes next sees and sends nothing of whom it was before. */
  #forgetPerson(): void {
    this.#person++
    this.#userId = null
    this.#requests.close()
    this.#readMarker.forgetAll()
    this.rooms.forgetAll()
    this.#outbox.forgetAll()
    for (const room of this.#byId.values()) room.subscription.forget()
  }
}
