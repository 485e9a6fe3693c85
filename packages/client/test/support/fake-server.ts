import {
  type Cursor,
  cursorOf,
  type DownFrame,
  decodeUp,
  type ErrorCode,
  encode,
  isRetryable,
  type MessageSend,
  type PersonSettings,
  type RoomEvent,
  type RoomRead,
  type UpFrame,
} from '@holdfast/protocol'
import type { OpenSocket, SocketHandlers } from '../../src/index.ts'
import { answerHttp } from './fake-http.ts'
import { FakeInbox, type Feed } from './fake-inbox.ts'
import { FakeLog } from './fake-log.ts'

/** Changes what the server does with a frame: true when it has dealt with it itself. */
export type Behaviour = (frame: UpFrame, connection: FakeConnection) => boolean

/** A server that keeps the contract, in the test's own hands: it can be told to break it, and nothing is hidden. */
export class FakeServer {
  readonly logs = new Map<string, FakeLog>()
  readonly connections: FakeConnection[] = []
  readonly inbox = new FakeInbox(this.logs)
  /** False: it lists no rooms and tells of none, as a server of an earlier version. */
  hasInbox = false
  readonly settings = new Map<string, PersonSettings>()
  /** The userId of a token is what stands before its first dot. */
  behaviour: Behaviour = () => false
  delta = 1_000
  frameBytes = 65_536
  heartbeatMs = 30_000
  serverTime = () => 5_000_000
  /** What happens to an upgrade: null refuses it, as a browser sees it. */
  accepts: (token: string) => boolean = () => true
  readonly httpCalls: string[] = []
  http: (method: string, path: string) => Response | null = () => null

  log(roomId: string, ...members: string[]): FakeLog {
    const log = this.logs.get(roomId) ?? new FakeLog(roomId, members)
    this.logs.set(roomId, log)
    return log
  }

  /** The connection made last. */
  get last(): FakeConnection {
    const connection = this.connections.at(-1)
    if (connection === undefined) throw new Error('nobody has connected')
    return connection
  }

  readonly openSocket: OpenSocket = (_url, protocols, handlers) => {
    const token = protocols[1]?.replace(/^bearer\./, '') ?? ''
    const connection = new FakeConnection(this, token, handlers)
    this.connections.push(connection)
    queueMicrotask(() => (this.accepts(token) ? handlers.onOpen() : connection.end(1006)))
    return connection
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(String(input))
    const { pathname, search } = url
    const method = init?.method ?? 'GET'
    this.httpCalls.push(`${method} ${pathname}${search}`)
    const special = this.http(method, `${pathname}${search}`)
    if (special !== null) return special
    const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? ''
    if (!this.accepts(token)) return Response.json({ code: 'unauthorized', detail: 'no' }, { status: 401 })
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    return answerHttp(this, method, url, userIdOf(token), body)
  }

  /** Tells every running session what has changed in its person's rooms. */
  flushInbox(): void {
    for (const connection of this.connections) connection.flushInbox()
  }

  /** An event that somebody else has caused. */
  publish(roomId: string, ...events: RoomEvent[]): void {
    for (const connection of this.connections) connection.publish(roomId, events)
  }

  /** `userId` says something, from wherever they are. */
  say(roomId: string, userId: string, content: string): RoomEvent {
    const { event } = this.log(roomId).send(
      userId,
      `${userId}-${this.log(roomId).epoch}-${this.log(roomId).seq}`,
      content,
    )
    if (event === null) throw new Error('said twice')
    this.publish(roomId, event)
    return event
  }
}

function userIdOf(token: string): string {
  return token.split('.')[0] ?? ''
}

/** One client's socket, the server's end. */
export class FakeConnection {
  readonly token: string
  readonly userId: string
  readonly received: UpFrame[] = []
  /** While true, what is said waits for `flush`. */
  isHeld = false
  held: DownFrame[][] = []
  isOpen = true
  /** Set when the client has closed it. */
  closedByClient = false
  readonly rooms = new Set<string>()
  #feed: Feed | null = null
  readonly #server: FakeServer
  readonly #handlers: SocketHandlers
  /** roomId → the clientId whose transient refusal blocks the rest. */
  readonly #blocked = new Map<string, string>()

  constructor(server: FakeServer, token: string, handlers: SocketHandlers) {
    this.#server = server
    this.token = token
    this.userId = userIdOf(token)
    this.#handlers = handlers
  }

  /** What the client sends arrives a moment later: never inside the call that sent it. */
  send(text: string): void {
    queueMicrotask(() => this.#receive(text))
  }

  #receive(text: string): void {
    // What the client sent before it closed arrives.
    if (!this.isOpen && !this.closedByClient) return
    for (const decoded of decodeUp(text) ?? []) {
      if (!decoded.ok) throw new Error(`the client sent a bad frame: ${decoded.reason}`)
      this.received.push(decoded.frame)
      if (!this.#server.behaviour(decoded.frame, this)) this.answer(decoded.frame)
    }
  }

  close(): void {
    this.isOpen = false
    this.closedByClient = true
  }

  /** The server, or the network, ends it. */
  end(code: number, reason = ''): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.held = []
    this.#handlers.onClose(code, reason)
  }

  /** Sends frames as one message. */
  say(...frames: DownFrame[]): void {
    if (!this.isOpen || frames.length === 0) return
    if (this.isHeld) this.held.push(frames)
    else this.#handlers.onMessage(encode(frames.length === 1 && frames[0] !== undefined ? frames[0] : frames))
  }

  sayText(text: string): void {
    this.#handlers.onMessage(text)
  }

  /** Delivers what was held, as `change` makes it. */
  flush(change: (messages: DownFrame[][]) => DownFrame[][] = messages => messages): void {
    const messages = change(this.held)
    this.held = []
    for (const frames of messages) {
      if (this.isOpen) this.#handlers.onMessage(encode(frames))
    }
  }

  publish(roomId: string, events: readonly RoomEvent[]): void {
    if (this.rooms.has(roomId)) this.say({ type: 'message.event', roomId, events: structuredClone([...events]) })
  }

  refuse(frame: UpFrame, code: ErrorCode, retryAfterMs?: number): void {
    const ref = 'ref' in frame && frame.ref !== undefined ? { ref: frame.ref } : {}
    const roomId = 'roomId' in frame ? { roomId: frame.roomId } : {}
    const clientId = frame.type === 'message.send' ? { clientId: frame.clientId } : {}
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs }
    if (frame.type === 'message.send' && isRetryable(code) && !this.#blocked.has(frame.roomId)) {
      this.#blocked.set(frame.roomId, frame.clientId)
    }
    const message = `unable to do it; ${code}`
    this.say({ type: 'error', code, message, retryable: isRetryable(code), ...ref, ...roomId, ...clientId, ...retry })
  }

  /** What a server that keeps the contract does. */
  answer(frame: UpFrame): void {
    switch (frame.type) {
      case 'session.hello':
        this.#welcome()
        for (const room of frame.rooms ?? []) this.#open(room.roomId, cursorOf(room), undefined)
        if (frame.inbox === true && this.#server.hasInbox) this.#beginInbox(frame.inboxSince)
        return
      case 'room.open':
        this.#open(frame.roomId, cursorOf(frame), frame.ref)
        return
      case 'room.close':
        this.rooms.delete(frame.roomId)
        this.say({ type: 'ok' })
        return
      case 'message.send':
        this.#send(frame)
        return
      case 'message.cancel':
        if (this.#blocked.get(frame.roomId) === frame.clientId) this.#blocked.delete(frame.roomId)
        this.say({ type: 'ok' })
        return
      case 'ping':
        this.say({ type: 'pong' })
        return
      case 'room.read':
        this.#read(frame)
        return
      case 'auth.refresh':
        this.say({ type: 'ok', ...(frame.ref !== undefined && { ref: frame.ref }) })
        return
      default:
        this.#change(frame)
    }
  }

  #welcome(): void {
    const { frameBytes, heartbeatMs, delta } = this.#server
    this.say({
      type: 'session.welcome',
      sessionId: `s${this.#server.connections.length}`,
      userId: this.userId,
      serverTime: this.#server.serverTime(),
      heartbeatMs,
      limits: { frameBytes, contentBytes: 8_192, window: 100, delta, sendRate: 20 },
      node: 'fake',
    })
  }

  #open(roomId: string, cursor: Cursor | null, ref: string | undefined): void {
    const log = this.#server.logs.get(roomId)
    const answer = ref === undefined ? {} : { ref }
    if (log === undefined) {
      const message = 'unable to open; no such room'
      this.say({ type: 'error', code: 'not_found', message, retryable: false, roomId, ...answer })
      return
    }
    this.rooms.add(roomId)
    const behind = cursor === null ? -1 : log.seq - cursor.seq
    const isDelta = cursor?.epoch === log.epoch && behind >= 0 && behind <= this.#server.delta
    if (!isDelta) this.say(log.snapshot(this.userId))
    else if (behind > 0) this.publish(roomId, log.events.slice(cursor.seq))
    this.say({ type: 'room.live', roomId, epoch: log.epoch, seq: log.seq, ...answer })
  }

  /** Whether `frame` comes behind a refused message that has not come again. */
  isBlockedFor(frame: MessageSend): boolean {
    const blocker = this.#blocked.get(frame.roomId)
    return blocker !== undefined && blocker !== frame.clientId
  }

  #send(frame: MessageSend): void {
    if (this.isBlockedFor(frame)) {
      this.refuse(frame, 'out_of_order')
      return
    }
    this.#blocked.delete(frame.roomId)
    const { ack, publish } = this.commit(frame)
    ack()
    publish()
  }

  /** Makes a message durable; who is told of it, and in which order, is the caller's. */
  commit(frame: MessageSend): { readonly ack: () => void; readonly publish: () => void } {
    const { roomId, clientId } = frame
    const { event, result } = this.#server.log(roomId).send(this.userId, clientId, frame.content)
    return {
      ack: () => this.say({ type: 'message.ack', roomId, clientId, ...result }),
      publish: () => {
        if (event !== null) this.#server.publish(roomId, event)
      },
    }
  }

  #beginInbox(since: string | undefined): void {
    const { feed, first } = this.#server.inbox.begin(this.userId, since)
    this.#feed = feed
    if (first !== null) this.say(first)
  }

  flushInbox(): void {
    const frame = this.#feed === null || !this.isOpen ? null : this.#server.inbox.flush(this.#feed)
    if (frame !== null) this.say(frame)
  }

  #read({ roomId, seq, readRevision }: RoomRead): void {
    const log = this.#server.log(roomId)
    if (!log.read(this.userId, seq, readRevision)) return
    for (const connection of this.#server.connections) {
      if (connection.rooms.has(roomId)) connection.say({ type: 'reads', roomId, reads: { [this.userId]: seq } })
    }
  }

  #change(frame: UpFrame): void {
    if (!('messageId' in frame)) return
    const log = this.#server.log(frame.roomId)
    const { messageId } = frame
    const by = this.userId
    const ref = frame.ref === undefined ? {} : { ref: frame.ref }
    const event =
      frame.type === 'message.edit'
        ? log.append({ kind: 'message.edited', by, messageId, content: frame.content, editedAt: 9_999 })
        : frame.type === 'message.delete'
          ? log.append({ kind: 'message.deleted', by, messageId, deletedAt: 9_999 })
          : frame.type === 'reaction.add'
            ? log.append({ kind: 'reaction.added', by, messageId, key: frame.key, userId: by })
            : log.append({ kind: 'message.pinned', by, messageId })
    this.#server.publish(frame.roomId, event)
    this.say({ type: 'ok', seq: event.seq, ...ref })
  }
}
