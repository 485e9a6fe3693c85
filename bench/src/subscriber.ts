import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { DownFrame, Presence } from '@holdfast/protocol'

const OPEN = 0x1
const PONG = 0xa
const MASKED = 0x80

/**
 * A reader of one room on a bare TCP socket, so that the generator spends as little as possible on each delivery.
 *
 * Most readers only look for the end mark in the bytes. A checking one parses every frame and holds the seqs against the
 * contract: contiguous from where it opened, nothing twice.
 */
export class Subscriber {
  readonly #socket: Socket
  readonly #mark: Buffer
  readonly #checks: boolean
  readonly #onPresence: (frame: Presence, bytes: number) => void
  #pending: Buffer = Buffer.alloc(0)
  #seq = 0
  /** Seen in full by a checking reader; those of the others follow from the end mark. */
  events = 0
  bytes = 0
  readonly live: Promise<void>
  readonly finished: Promise<void>
  #becomeLive: () => void = () => undefined
  #finish: () => void = () => undefined
  #isLive = false
  #tail: Buffer = Buffer.alloc(0)

  /** `onPresence` sees the presence frames of a checking reader, and what each took on the wire. */
  constructor(
    url: string,
    token: string,
    roomId: string,
    mark: string,
    checks: boolean,
    onPresence: (frame: Presence, bytes: number) => void = () => undefined,
  ) {
    this.#mark = Buffer.from(mark)
    this.#checks = checks
    this.#onPresence = onPresence
    this.live = new Promise(resolve => {
      this.#becomeLive = resolve
    })
    this.finished = new Promise(resolve => {
      this.#finish = resolve
    })
    const { hostname, port } = new URL(url)
    this.#socket = connect(Number(port), hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('error', () => undefined)
    this.#socket.on('data', chunk => this.#receive(chunk))
    this.#socket.write(handshake(hostname, token))
    this.#socket.write(textFrame({ type: 'session.hello', protocol: 1, client: { name: 'bench', version: '1' } }))
    this.#socket.write(textFrame({ type: 'room.open', roomId, window: 1 }))
  }

  /** A sign of life: a session that is silent for 90 s is dropped, and nothing here answers the server's pings. */
  keepAlive(): void {
    this.#socket.write(Buffer.from([0x80 | PONG, MASKED, 0, 0, 0, 0]))
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.bytes += chunk.length
    if (!this.#isLive || this.#checks) this.#parse(chunk)
    else this.#scan(chunk)
  }

  /** The mark may be cut by a chunk's end, so the end of the last chunk is looked at again. */
  #scan(chunk: Buffer): void {
    const joined = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk])
    if (joined.includes(this.#mark, Math.max(0, joined.length - 4_096))) this.#finish()
    this.#tail = Buffer.from(joined.subarray(-this.#mark.length))
  }

  #parse(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk])
    if (this.#pending.subarray(0, 4).toString() === 'HTTP') {
      const end = this.#pending.indexOf('\r\n\r\n')
      if (end < 0) return
      this.#pending = this.#pending.subarray(end + 4)
    }
    for (let frame = takeFrame(this.#pending); frame !== null; frame = takeFrame(this.#pending)) {
      this.#pending = this.#pending.subarray(frame.end)
      if (frame.opcode === OPEN) this.#frames(frame.payload)
    }
  }

  #frames(payload: Buffer): void {
    const parsed = JSON.parse(payload.toString()) as DownFrame | DownFrame[]
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
      if (frame.type === 'presence') this.#onPresence(frame, Buffer.byteLength(JSON.stringify(frame)))
      this.#frame(frame)
    }
    if (payload.includes(this.#mark)) this.#finish()
  }

  #frame(frame: DownFrame): void {
    if (frame.type === 'error' || frame.type === 'room.detached') {
      throw new Error(`unable to go on; ${JSON.stringify(frame)}`)
    }
    if (frame.type === 'room.live') {
      this.#seq = frame.seq
      this.#isLive = true
      this.#becomeLive()
    }
    if (frame.type !== 'message.event' || !this.#isLive) return
    for (const event of frame.events) {
      if (event.seq !== this.#seq + 1) throw new Error(`broken order: ${event.seq} after ${this.#seq}`)
      this.#seq = event.seq
      this.events++
    }
  }
}

function handshake(host: string, token: string): string {
  const lines = [
    'GET /api/socket HTTP/1.1',
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Authorization: Bearer ${token}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A client must mask; a mask of zeros is a mask. */
function textFrame(frame: object): Buffer {
  const payload = Buffer.from(JSON.stringify(frame))
  if (payload.length > 125) {
    const header = Buffer.from([0x80 | OPEN, MASKED | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0])
    return Buffer.concat([header, payload])
  }
  return Buffer.concat([Buffer.from([0x80 | OPEN, MASKED | payload.length, 0, 0, 0, 0]), payload])
}

function takeFrame(data: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (data.length < 2) return null
  const short = (data[1] ?? 0) & 0x7f
  const header = short === 126 ? 4 : short === 127 ? 10 : 2
  if (data.length < header) return null
  const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short
  if (data.length < header + length) return null
  return { opcode: (data[0] ?? 0) & 0xf, payload: data.subarray(header, header + length), end: header + length }
}
