import { connect, type Socket } from 'node:net'
import { clientFrame, OPCODE } from './wire.ts'

/** A frame of a server. */
export interface ServerFrame {
  readonly first: number
  readonly opcode: number
  readonly payload: Buffer
}

const PATIENCE_MS = 15_000

/** A WebSocket client made of bytes: it sends what no library would, and answers nothing. */
export class WireClient {
  readonly socket: Socket
  /** Every frame received. */
  readonly frames: ServerFrame[] = []
  /** The answer to the handshake, its empty line included. */
  head = ''
  #bytes: Buffer = Buffer.alloc(0)
  #isEnded = false
  #waiters: (() => void)[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay()
    socket.on('data', bytes => this.#take(bytes))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isEnded = true
      this.#wake()
    })
  }

  /** Shakes hands with a server; `headers` are more lines of the request, `behind` is sent without waiting for the answer. */
  static async connect(
    url: string,
    token: string,
    headers: readonly string[] = [],
    behind: Uint8Array = Buffer.alloc(0),
  ): Promise<WireClient> {
    const client = new WireClient(connect(Number(new URL(url).port), '127.0.0.1'))
    const lines = [
      'GET /api/socket HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Authorization: Bearer ${token}`,
      ...headers,
    ]
    client.socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), behind]))
    await client.until(() => client.head !== '' || client.#isEnded, 'the answer to the handshake')
    if (!client.head.startsWith('HTTP/1.1 101 ')) throw new Error(`no socket; ${client.head}`)
    return client
  }

  /** The same, and says hello. */
  static async open(url: string, token: string): Promise<WireClient> {
    const client = await WireClient.connect(url, token)
    client.text({ type: 'session.hello', protocol: 1, client: { name: 'wire', version: '0' } })
    await client.message('session.welcome')
    return client
  }

  write(...bytes: readonly Uint8Array[]): void {
    if (this.socket.writable) this.socket.write(Buffer.concat(bytes))
  }

  text(frame: object): void {
    this.write(clientFrame({ opcode: OPCODE.text, payload: JSON.stringify(frame) }))
  }

  /** Frames received of one opcode. */
  ofOpcode(opcode: number): Buffer[] {
    return this.frames.filter(frame => frame.opcode === opcode).map(({ payload }) => payload)
  }

  /** What has come in text messages, arrays flattened. */
  get messages(): { readonly type: string; readonly n?: number }[] {
    return this.ofOpcode(OPCODE.text).flatMap(payload => JSON.parse(String(payload)))
  }

  /** Waits for a message of a type, and for a pong for its number. */
  message(type: string, n?: number): Promise<void> {
    return this.until(() => this.messages.some(got => got.type === type && got.n === n), `${type} ${n ?? ''}`)
  }

  /** The code of the close frame that the server sent; null: it has cut the connection without one. */
  async closed(): Promise<number | null> {
    const closes = () => this.ofOpcode(OPCODE.close)
    await this.until(() => this.#isEnded || closes().length > 0, 'the end')
    const [payload] = closes()
    return payload === undefined ? null : payload.length < 2 ? 1005 : payload.readUInt16BE(0)
  }

  /** Resolves when the connection is gone. */
  ended(): Promise<void> {
    return this.until(() => this.#isEnded, 'the connection to end')
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** Resolves as soon as `isTrue`, looked at whenever something arrives. */
  until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const got = this.frames.slice(-5).map(({ opcode, payload }) => `${opcode}: ${String(payload).slice(0, 200)}`)
        reject(new Error(`waited in vain for ${what}; ended: ${this.#isEnded}; last received:\n${got.join('\n')}`))
      }, PATIENCE_MS)
      const look = () => {
        if (!isTrue()) return
        this.#waiters = this.#waiters.filter(waiter => waiter !== look)
        clearTimeout(timer)
        resolve()
      }
      this.#waiters.push(look)
    })
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    if (this.head === '') this.#takeHead()
    if (this.head !== '') while (this.#takeFrame());
    this.#wake()
  }

  #takeHead(): void {
    const end = this.#bytes.indexOf('\r\n\r\n')
    if (end === -1) return
    this.head = String(this.#bytes.subarray(0, end + 4))
    this.#bytes = this.#bytes.subarray(end + 4)
  }

  /** Takes one frame of the server, unmasked as it must be, if it is there as a whole. */
  #takeFrame(): boolean {
    const bytes = this.#bytes
    const short = bytes[1] ?? 0
    const start = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < start) return false
    const length = start === 10 ? Number(bytes.readBigUInt64BE(2)) : start === 4 ? bytes.readUInt16BE(2) : short
    if (bytes.length < start + length) return false
    const first = bytes[0] ?? 0
    this.frames.push({ first, opcode: first & 0x0f, payload: bytes.subarray(start, start + length) })
    this.#bytes = bytes.subarray(start + length)
    return true
  }

  #wake(): void {
    for (const look of [...this.#waiters]) look()
  }
}
