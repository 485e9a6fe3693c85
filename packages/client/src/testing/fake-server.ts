import {
  CLOSE,
  type CreateRoomBody,
  DEFAULT_SESSION_LIMITS,
  type DetachCode,
  type LeaveReason,
  type PersonSettings,
  parseJson,
  type RoomEvent,
  type SessionLimits,
} from '@holdfast/protocol'
import type { Clock } from '../platform/clock.ts'
import type { Scheduler } from '../platform/scheduler.ts'
import type { OpenSocket } from '../platform/socket.ts'
import { systemPlatform } from '../platform/system.ts'
import { type Behaviour, keepsContract, userIdOf } from './behaviour.ts'
import { problem } from './behaviours.ts'
import type { ConnectionHost } from './connection-host.ts'
import type { FakeConnection } from './fake-connection.ts'
import { answerHttp, type HttpHost } from './fake-http.ts'
import { FakeInbox } from './fake-inbox.ts'
import { FakeNetwork } from './fake-network.ts'
import { fakePlatform } from './fake-platform.ts'
import { FakeRoom } from './fake-room.ts'
import type { FakeClientOptions, FakeServerOptions, InboxMode } from './fake-server-options.ts'
import { FakeTyping } from './fake-typing.ts'
import { InboxPace } from './inbox-pace.ts'
import { leaving } from './people-rules.ts'
import { ServerConnection } from './server-connection.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What `drain` gives clients to move in, unless told otherwise. Milliseconds. */
const DRAIN_WITHIN_MS = 4_000
/** What a client hears from a server that is being restarted. */
const CLOSE_RESTARTED = 1012

/** Makes a server without a network: what clients get from `clientOptions` leads to it. */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  return new FakeServer(options)
}

/** A server that keeps the contract, in the test's own hands: it can be told to break it, and nothing is hidden. */
export class FakeServer implements HttpHost {
  readonly rooms = new Map<string, FakeRoom>()
  /** What people have settled for themselves. */
  readonly settings = new Map<string, PersonSettings>()
  /** Every call over HTTP so far: `GET /api/rooms?limit=100`. */
  readonly calls: string[] = []
  readonly limits: SessionLimits
  readonly inbox = new FakeInbox(this.rooms)
  readonly inboxMode: InboxMode
  /** What a session is told as the time. Milliseconds since the Unix epoch. */
  serverTime: () => number
  /** Told of what a client sends that is no frame of the contract. */
  onBadFrame: (reason: string) => void = () => {}
  readonly #connections: ServerConnection[] = []
  readonly #time: { readonly clock: Clock; readonly scheduler: Scheduler }
  readonly #virtualTime: VirtualTime | null
  readonly #typing: FakeTyping
  readonly #inboxPace: InboxPace
  readonly #host: ConnectionHost
  #behaviour: Behaviour = keepsContract
  #roomsMade = 0
  #lastStamp = 0

  constructor({ time, limits, heartbeatMs = 30_000, inbox = 'live' }: FakeServerOptions) {
    this.#virtualTime = time ?? null
    this.#time = time ?? systemPlatform
    this.limits = { ...DEFAULT_SESSION_LIMITS, ...limits }
    this.inboxMode = inbox
    this.serverTime = () => this.#time.clock.wallMs()
    this.#typing = new FakeTyping(this.#time, roomId => this.#tellTyping(roomId))
    this.#inboxPace = new InboxPace(this.#time.scheduler, () => this.flushInbox())
    this.#host = this.#hostOf(heartbeatMs)
  }

  /** How it differs from the contract, from now on. */
  get behaviour(): Behaviour {
    return this.#behaviour
  }

  /** A function stands for a behaviour that only deals with clients' frames. */
  set behaviour(behaviour: Behaviour | NonNullable<Behaviour['receive']>) {
    this.#behaviour = typeof behaviour === 'function' ? { receive: behaviour } : behaviour
    for (const connection of this.#of()) this.#behaviour.begin?.(connection)
  }

  /** The time that it and its clients live in; null: real time. */
  get time(): VirtualTime | null {
    return this.#virtualTime
  }

  /** All there were, the latest last. */
  get connections(): readonly FakeConnection[] {
    return this.#connections
  }

  /** The connection made last. Throws when nobody has connected. */
  get last(): FakeConnection {
    const connection = this.#connections.at(-1)
    if (connection === undefined) throw new Error('unable to find a connection; nobody has connected')
    return connection
  }

  /**
   * What `createClient` takes for a client of `userId`: this server's sockets and HTTP, its time, and a device of its own, which says that
   * it is offline, or not seen, when `platform.network` is told.
   */
  clientOptions(userId: string): FakeClientOptions {
    const { openSocket, fetch } = this
    const time = this.#virtualTime
    const platform =
      time === null
        ? { ...systemPlatform, openSocket, fetch, network: new FakeNetwork() }
        : fakePlatform(userId, this, { time })
    return { url: 'http://holdfast.test', getToken: () => userId, platform }
  }

  /**
   * The room of this id; with members it is made, the first its owner. Throws when it is not there and no members are named, and when
   * they are and it is there.
   */
  room(roomId: string, ...members: readonly string[]): FakeRoom {
    const known = this.rooms.get(roomId)
    const [by] = members
    if (known !== undefined && by === undefined) return known
    if (known !== undefined) throw new Error(`unable to make the room ${roomId}; it is there already`)
    if (by === undefined) throw new Error(`unable to find the room ${roomId}; make it by naming its members`)
    return this.createRoom({ id: roomId, name: roomId, type: 'public', members: [...members] }, by)
  }

  /** Makes a room of any kind; `by` is its owner. Nothing is checked. */
  createRoom(body: CreateRoomBody, by: string): FakeRoom {
    const { type, name = '', topic = '', ephemeral = false, metadata = {}, members = [] } = body
    const number = ++this.#roomsMade
    const id = body.id ?? `room-${number}`
    const room = new FakeRoom(id, [...new Set([by, ...members])], {
      room: { name, type, topic, ephemeral, metadata },
      number,
      now: () => this.#nextStamp(),
      hidesReads: userId => this.settings.get(userId)?.readReceipts === false,
      onChange: () => this.#changed(),
    })
    this.rooms.set(id, room)
    this.#changed()
    return room
  }

  /** The room is gone, for everybody. */
  deleteRoom(roomId: string): void {
    this.rooms.delete(roomId)
    this.detach(roomId, 'deleted')
    this.#changed()
  }

  /** `userId` says something, from wherever they are: whoever reads the room sees it. */
  say(roomId: string, userId: string, content: string): RoomEvent {
    const room = this.room(roomId)
    const { event } = room.send(userId, { clientId: `said-${room.epoch}-${room.seq}`, content })
    if (event === null) throw new Error('unable to say it; the clientId is taken')
    this.publish(roomId, event)
    return event
  }

  /** Tells whoever reads the room of events that are in its log. */
  publish(roomId: string, ...events: readonly RoomEvent[]): void {
    if (events.length === 0) return
    for (const connection of this.#connections) connection.publish(roomId, events)
    for (const event of events) {
      if (event.kind === 'message.created') this.#typing.stop(roomId, event.by)
      if (event.kind === 'member.left') this.#typing.stop(roomId, event.userId)
    }
  }

  /** Somebody is put out of a room, or leaves it: they read nothing of it any more. A banned one does not come back. */
  remove(roomId: string, userId: string, reason: LeaveReason = 'kicked'): void {
    const room = this.room(roomId)
    const by = reason === 'left' ? userId : room.state.room.createdBy
    if (reason === 'banned') room.banned.add(userId)
    this.publish(roomId, ...leaving(room, userId, reason, by).map(event => room.append(event)))
    if (reason === 'banned') this.detach(roomId, 'banned', userId)
  }

  /** Ends the reading of a room, of all or of one person. With `lagging` clients open it again from where they were. */
  detach(roomId: string, code: DetachCode, userId?: string): void {
    for (const connection of this.#of(userId)) connection.detach(roomId, code)
  }

  /** Everybody's connection, or that of one person, ends: by default as when the network fails. */
  end(code = 1006, userId?: string): void {
    for (const connection of this.#of(userId)) connection.end(code)
  }

  /** The tokens in use have expired. Clients get a new one and go on. */
  expireTokens(userId?: string): void {
    this.end(CLOSE.tokenExpired, userId)
  }

  /** The node is going away: clients are to move within that time, then those that have not are put out. */
  drain(withinMs = DRAIN_WITHIN_MS): void {
    const before = this.#of()
    for (const connection of before) connection.say({ type: 'session.draining', reconnectWithinMs: withinMs })
    this.#time.scheduler.after(withinMs, () => {
      for (const connection of before) connection.end(CLOSE.draining)
    })
  }

  /** The server comes back with a backup in which the room's log ends at `seq`: what came after is gone, and the epoch is another. */
  restoreBackup(roomId: string, seq: number): void {
    this.room(roomId).restore(seq)
    this.end(CLOSE_RESTARTED)
  }

  /** Tells every session what has changed in its person's rooms. */
  flushInbox(): void {
    for (const connection of this.#of()) connection.flushInbox()
  }

  /** Tells how far these people have read: whoever reads the room, as far as they are shown it; or one of them alone. */
  tellReads(roomId: string, userIds: readonly string[], reader?: FakeConnection): void {
    const { reads } = this.room(roomId)
    for (const connection of reader === undefined ? this.#of() : [reader]) {
      if (!connection.rooms.has(roomId)) continue
      const shown = reads.shownTo(connection.userId, userIds)
      const { readRevision } = reads.of(connection.userId)
      const isOwn = Object.hasOwn(shown, connection.userId) && readRevision > 0
      if (Object.keys(shown).length === 0) continue
      connection.say({ type: 'reads', roomId, reads: shown, ...(isOwn && { readRevision }) })
    }
  }

  readonly openSocket: OpenSocket = (_url, protocols, handlers) => {
    const token = protocols[1]?.replace(/^bearer\./, '') ?? ''
    const connection = new ServerConnection(this.#host, token, handlers)
    this.#connections.push(connection)
    const behaviour = this.#behaviour
    const isOpened = behaviour.admit?.(token) !== false && behaviour.connect?.(connection.userId) !== false
    void Promise.resolve().then(() => (isOpened ? handlers.onOpen() : connection.end()))
    return connection
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    const path = `${url.pathname}${url.search}`
    const method = init?.method ?? 'GET'
    this.calls.push(`${method} ${path}`)
    const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? ''
    const userId = userIdOf(token)
    const special = this.#behaviour.http?.({ method, path, userId }) ?? null
    if (special !== null) return special
    if (this.#behaviour.admit?.(token) === false) return problem('unauthorized', 'unable to sign in; the token is bad')
    const body = typeof init?.body === 'string' ? parseJson(init.body) : null
    return answerHttp(this, { method, url, userId, body: body?.ok === true ? body.value : undefined })
  }

  #of(userId?: string): readonly ServerConnection[] {
    return this.#connections.filter(({ isOpen, userId: who }) => isOpen && (userId === undefined || who === userId))
  }

  /** No two events have one stamp, so that what is newest is newest in virtual time too, where much happens at once. */
  #nextStamp(): number {
    this.#lastStamp = Math.max(this.#lastStamp + 1, this.#time.clock.wallMs())
    return this.#lastStamp
  }

  #tellTyping(roomId: string): void {
    for (const connection of this.#of()) {
      if (!connection.rooms.has(roomId)) continue
      connection.say({ type: 'typing', roomId, ...this.#typing.shownTo(connection.userId, roomId) })
    }
  }

  #changed(): void {
    if (this.inboxMode === 'live') this.#inboxPace.changed()
  }

  #hostOf(heartbeatMs: number): ConnectionHost {
    const server = this
    return {
      rooms: this.rooms,
      typing: this.#typing,
      limits: this.limits,
      time: this.#time,
      inbox: this.inboxMode === 'none' ? null : this.inbox,
      heartbeatMs,
      get behaviour() {
        return server.#behaviour
      },
      serverTime: () => this.serverTime(),
      nextSessionId: () => `session-${this.#connections.length}`,
      onBadFrame: reason => this.onBadFrame(reason),
      publish: (roomId, ...events) => this.publish(roomId, ...events),
      tellReads: (roomId, userIds, reader) => this.tellReads(roomId, userIds, reader),
    }
  }
}
