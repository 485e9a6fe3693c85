import WebSocket, { type ClientOptions } from 'ws'
import { bounded } from './bounded.ts'
import type {
  Ack,
  Cursor,
  ErrorFrame,
  Frames,
  FrameType,
  Limits,
  RoomEvent,
  ServerFrame,
  SnapshotBody,
} from './contract.ts'
import { socketUrl, type Target } from './target.ts'
import { unique } from './unique.ts'

/** How a socket was closed. */
export interface Closed {
  readonly code: number
  readonly reason: string
}

/** What `room.open` led to, in the order of arrival. */
export interface Opened {
  readonly snapshot: SnapshotBody | undefined
  /** The catch-up events, those of all frames between the request and `room.live`. */
  readonly events: readonly RoomEvent[]
  readonly live: Frames['room.live']
}

/** The answer to `message.send`. */
export type Sent =
  | (Ack & { readonly type: 'message.ack'; readonly clientId: string; readonly roomId: string })
  | ErrorFrame

export interface ConnectOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string
  /** Offered as `Sec-WebSocket-Protocol`. */
  readonly protocols?: readonly string[]
  /** The query string with its `?`. */
  readonly query?: string
  readonly origin?: string
  readonly ws?: ClientOptions
}

interface Waiter {
  readonly matches: (frame: ServerFrame) => boolean
  readonly resolve: (frame: ServerFrame) => void
}

const all = new Set<Socket>()

/** Ends every socket that the spec file left open. */
export function closeAllSockets(): void {
  for (const socket of all) socket.terminate()
  all.clear()
}

function dial(at: Target, options: ConnectOptions): WebSocket {
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
  return new WebSocket(socketUrl(at, options.query), [...(options.protocols ?? [])], {
    headers,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...options.ws,
  })
}

/** The HTTP status with which an upgrade is refused; fails when the server lets the socket open. */
export function refusedUpgrade(at: Target, options: ConnectOptions = {}): Promise<number> {
  const ws = dial(at, options)
  const refused = new Promise<number>((resolve, reject) => {
    ws.once('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    ws.once('open', () => reject(new Error('the upgrade was accepted')))
    ws.on('error', reject)
  })
  return bounded(refused, () => 'the refusal of the upgrade').finally(() => ws.terminate())
}

/** A raw protocol client: it sends what it is told and records all that arrives, in order; it corrects nothing. */
export class Socket {
  /** Every frame received, arrays flattened, in order. */
  readonly log: ServerFrame[] = []
  /** When each frame of `log` came, by the monotonic clock of `performance.now()`. */
  readonly times: number[] = []
  readonly closed: Promise<Closed>
  readonly #ws: WebSocket
  #unread: ServerFrame[] = []
  #waiters: Waiter[] = []
  #fences = 0

  private constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', data => this.#receive(JSON.parse(String(data))))
    ws.on('error', () => undefined)
    this.closed = new Promise(resolve => {
      ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
    })
    all.add(this)
  }

  /** Opens the socket, without `session.hello`. */
  static async connect(at: Target, options: ConnectOptions): Promise<Socket> {
    const ws = dial(at, options)
    const socket = new Socket(ws)
    const opened = new Promise<void>((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('error', reject)
    })
    await bounded(opened, () => 'the socket to open')
    return socket
  }

  /** The subprotocol that the server chose, empty when none. */
  get protocol(): string {
    return this.#ws.protocol
  }

  /** The `ws` object itself, for what lies below frames: pings, pausing. */
  get ws(): WebSocket {
    return this.#ws
  }

  /** The limits of the welcome. */
  get limits(): Limits {
    const welcome = this.log.find(frame => frame.type === 'session.welcome')
    if (welcome === undefined) throw new Error('this session was not welcomed')
    return welcome.limits
  }

  /** Sends one frame, or an array of frames. */
  send(frame: object): void {
    this.sendText(JSON.stringify(frame))
  }

  /** Sends any text, or bytes as a binary message. */
  sendText(data: string | Uint8Array): void {
    this.#ws.send(data)
  }

  /** `session.hello`, answered by its welcome. `extra` adds to or replaces the frame's fields. */
  hello(extra: object = {}): Promise<Frames['session.welcome']> {
    this.send({ type: 'session.hello', protocol: 1, client: { name: 'conformance', version: '1' }, ...extra })
    return this.next('session.welcome')
  }

  /** The next frame of that type, not yet taken, for which `where` holds; takes it. Others stay for later. */
  next<T extends FrameType>(type: T, where: (frame: Frames[T]) => boolean = () => true): Promise<Frames[T]> {
    return this.nextOf([type], frame => where(frame as Frames[T])) as Promise<Frames[T]>
  }

  /** As `next`, for the first of several types. */
  nextOf(types: readonly FrameType[], where: (frame: ServerFrame) => boolean = () => true): Promise<ServerFrame> {
    const matches = (frame: ServerFrame) => types.includes(frame.type) && where(frame)
    const index = this.#unread.findIndex(matches)
    const found = index < 0 ? undefined : this.#unread.splice(index, 1)[0]
    if (found !== undefined) return Promise.resolve(found)
    const coming = new Promise<ServerFrame>(resolve => this.#waiters.push({ matches, resolve }))
    const tail = () => this.log.slice(-4).map(frame => JSON.stringify(frame).slice(0, 200))
    return bounded(coming, () => `${types.join(' | ')}; last received:\n${tail().join('\n')}`)
  }

  /** Sends a command under a fresh `ref` and returns its one answer. */
  request(frame: object): Promise<Frames['ok'] | ErrorFrame> {
    const ref = unique('ref')
    this.send({ ref, ...frame })
    return this.nextOf(['ok', 'error'], answer => 'ref' in answer && answer.ref === ref) as Promise<
      Frames['ok'] | ErrorFrame
    >
  }

  /** Sends `message.send` and returns its `message.ack` or `error`. Without `clientId` a fresh one is made. */
  say(roomId: string, content: string, extra: object = {}): Promise<Sent> {
    const frame = { type: 'message.send', clientId: unique('c'), roomId, content, ...extra }
    this.send(frame)
    return this.answerTo(frame.clientId)
  }

  /** The `message.ack` or `error` that carries this `clientId`. */
  answerTo(clientId: string): Promise<Sent> {
    const mine = (answer: ServerFrame) => 'clientId' in answer && answer.clientId === clientId
    return this.nextOf(['message.ack', 'error'], mine) as Promise<Sent>
  }

  /** `room.open`, followed to its `room.live`; an `error` answer fails. */
  async open(roomId: string, extra: object = {}): Promise<Opened> {
    const from = this.log.length
    const answer = await this.tryOpen(roomId, extra)
    if (answer.type === 'error') throw new Error(`unable to open ${roomId}; ${JSON.stringify(answer)}`)
    const mine = this.log.slice(from, this.log.indexOf(answer))
    const snapshot = mine.find(frame => frame.type === 'room.snapshot' && frame.roomId === roomId)
    return { snapshot: snapshot as SnapshotBody | undefined, events: eventsOf(mine, roomId), live: answer }
  }

  /** `room.open`, answered by `room.live` or by `error`. */
  tryOpen(roomId: string, extra: object = {}): Promise<Frames['room.live'] | ErrorFrame> {
    const ref = unique('open')
    this.send({ type: 'room.open', ref, roomId, ...extra })
    const mine = (answer: ServerFrame) => 'ref' in answer && answer.ref === ref
    return this.nextOf(['room.live', 'error'], mine) as Promise<Frames['room.live'] | ErrorFrame>
  }

  /** Every event received of a room, over all its frames, in the order of arrival. */
  events(roomId: string): RoomEvent[] {
    return eventsOf(this.log, roomId)
  }

  /** Waits until an event of the room with at least this seq has arrived. */
  async reaches(roomId: string, seq: number): Promise<void> {
    const there = (events: readonly RoomEvent[]) => events.some(event => event.seq >= seq)
    if (there(this.events(roomId))) return
    await this.next('message.event', frame => frame.roomId === roomId && there(frame.events))
  }

  /** The event of the room with this seq, awaited if need be. */
  async event(roomId: string, seq: number): Promise<RoomEvent> {
    await this.reaches(roomId, seq)
    const found = this.events(roomId).find(event => event.seq === seq)
    if (found === undefined) throw new Error(`event ${seq} of ${roomId} was skipped`)
    return found
  }

  /** A ping and its pong: what the server had put on this socket before is in `log` afterwards. */
  async fence(): Promise<void> {
    this.#fences += 1
    const n = 1_000_000 + this.#fences
    this.send({ type: 'ping', n })
    await this.next('pong', frame => frame.n === n)
  }

  /** The close that must come, with its code. */
  closes(ms?: number): Promise<Closed> {
    return bounded(this.closed, () => 'the socket to be closed', ms)
  }

  /** Drops the connection without a closing handshake. */
  terminate(): void {
    this.#ws.terminate()
    all.delete(this)
  }

  #receive(data: ServerFrame | ServerFrame[]): void {
    for (const frame of Array.isArray(data) ? data : [data]) this.#deliver(frame)
  }

  #deliver(frame: ServerFrame): void {
    this.log.push(frame)
    this.times.push(performance.now())
    const index = this.#waiters.findIndex(waiter => waiter.matches(frame))
    if (index < 0) this.#unread.push(frame)
    else this.#waiters.splice(index, 1)[0]?.resolve(frame)
  }
}

function eventsOf(frames: readonly ServerFrame[], roomId: string): RoomEvent[] {
  return frames.flatMap(frame => (frame.type === 'message.event' && frame.roomId === roomId ? frame.events : []))
}

/** The cursor that a client stands at after these frames of an opening. */
export function cursorOf(opened: Opened): Cursor {
  return { epoch: opened.live.epoch, seq: opened.live.seq }
}
