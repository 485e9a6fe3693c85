import type { DownFrame, DownFrameType, RoomEvent } from '@holdfast/protocol'
import { type ClientOptions, WebSocket } from 'ws'

type Frame<T extends DownFrameType> = Extract<DownFrame, { type: T }>

type SendAnswer = Frame<'message.ack'> | Frame<'error'>

interface Waiter {
  readonly matches: () => boolean
  readonly resolve: () => void
}

/** How long a test waits for what must come before it says what came instead. */
const PATIENCE_MS = 15_000

/** A client that sends what it is told, keeps everything it gets, and corrects nothing. */
export class RawClient {
  /** Every frame received, arrays flattened. */
  readonly frames: DownFrame[] = []
  readonly ws: WebSocket
  #closed: number | null = null
  #waiters: Waiter[] = []
  #refs = 0
  /** Who waits for the next answer to a send, by its clientId. */
  readonly #sends = new Map<string, (answer: SendAnswer) => void>()

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', data => {
      const received = JSON.parse(String(data)) as DownFrame | DownFrame[]
      for (const frame of Array.isArray(received) ? received : [received]) this.#take(frame)
      this.#wake()
    })
    ws.on('close', code => {
      this.#closed = code
      this.#wake()
    })
    ws.on('error', () => {})
  }

  /** Connects to a server's base URL, without a hello. */
  static async connect(url: string, token: string, options: ClientOptions = {}): Promise<RawClient> {
    const headers = { ...options.headers, authorization: `Bearer ${token}` }
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/api/socket`, { ...options, headers })
    const client = new RawClient(ws)
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('error', reject)
    })
    return client
  }

  /** Connects and says hello. */
  static async open(url: string, token: string, hello: object = {}): Promise<RawClient> {
    const client = await RawClient.connect(url, token)
    client.send({ type: 'session.hello', protocol: 1, client: { name: 'test', version: '0' }, ...hello })
    await client.next('session.welcome')
    return client
  }

  send(frame: object): void {
    this.ws.send(JSON.stringify(frame))
  }

  sendText(text: string): void {
    this.ws.send(text)
  }

  ref(): string {
    return `r${++this.#refs}`
  }

  /** The first frame of that type, at or after `from`, for which `where` holds; awaited. It stays in `frames`. */
  async next<T extends DownFrameType>(
    type: T,
    where: (frame: Frame<T>) => boolean = () => true,
    from = 0,
  ): Promise<Frame<T>> {
    const find = () =>
      this.frames.slice(from).find((frame): frame is Frame<T> => frame.type === type && where(frame as Frame<T>))
    await this.until(() => find() !== undefined, `a ${type}`)
    return find() as Frame<T>
  }

  /** Sends a command under a fresh ref; its `ok` or `error`. */
  async request(frame: object): Promise<Frame<'ok'> | Frame<'error'>> {
    const ref = this.ref()
    this.send({ ref, ...frame })
    const isMine = (answer: DownFrame) => 'ref' in answer && answer.ref === ref
    await this.until(() => this.frames.some(isMine), `the answer to ${JSON.stringify(frame).slice(0, 80)}`)
    return this.frames.find(isMine) as Frame<'ok'> | Frame<'error'>
  }

  /** Opens a room; its `room.live`, or the error. */
  openRoom(roomId: string, extra: object = {}): Promise<Frame<'room.live'> | Frame<'error'>> {
    return this.request({ type: 'room.open', roomId, ...extra }) as Promise<Frame<'room.live'> | Frame<'error'>>
  }

  /** Sends a message; its ack, or the error. */
  say(roomId: string, clientId: string, content: string, extra: object = {}): Promise<SendAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain for the answer to ${clientId}`)), PATIENCE_MS)
      this.#sends.set(clientId, answer => {
        clearTimeout(timer)
        resolve(answer)
      })
      this.send({ type: 'message.send', roomId, clientId, content, ...extra })
    })
  }

  /** The events of a room, in the order received. */
  events(roomId: string): RoomEvent[] {
    return this.frames.flatMap(frame => (frame.type === 'message.event' && frame.roomId === roomId ? frame.events : []))
  }

  /** Everything that the server had sent before is in `frames` afterwards. */
  async fence(): Promise<void> {
    const n = ++this.#refs
    this.send({ type: 'ping', n })
    await this.next('pong', frame => frame.n === n)
  }

  /** The code with which the socket was closed; awaited. */
  async closed(): Promise<number> {
    await this.until(() => this.#closed !== null, 'the socket to close')
    return this.#closed ?? 0
  }

  get isClosed(): boolean {
    return this.#closed !== null
  }

  terminate(): void {
    this.ws.terminate()
  }

  /** Resolves as soon as `isTrue`, looked at whenever something arrives. */
  until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const got = this.frames.slice(-5).map(frame => JSON.stringify(frame).slice(0, 200))
        reject(new Error(`waited in vain for ${what}; closed: ${this.#closed}; last received:\n${got.join('\n')}`))
      }, PATIENCE_MS)
      this.#waiters.push({
        matches: isTrue,
        resolve: () => {
          clearTimeout(timer)
          resolve()
        },
      })
    })
  }

  #take(frame: DownFrame): void {
    this.frames.push(frame)
    if ((frame.type !== 'message.ack' && frame.type !== 'error') || frame.clientId === undefined) return
    this.#sends.get(frame.clientId)?.(frame)
    this.#sends.delete(frame.clientId)
  }

  #wake(): void {
    const due = this.#waiters.filter(waiter => waiter.matches())
    this.#waiters = this.#waiters.filter(waiter => !due.includes(waiter))
    for (const waiter of due) waiter.resolve()
  }
}
