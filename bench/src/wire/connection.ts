import { connect, type Socket } from 'node:net'
import { clientFrame, pongFrame } from './client-frames.ts'
import { FrameReader, type FrameSink, OPCODE } from './frame-reader.ts'

/** Where a server listens, and what its upgrade asks for. */
export interface Upgrade {
  readonly host: string
  readonly port: number
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Who is told what comes in on a connection. */
export interface ConnectionListener {
  /** The upgrade is answered with 101. */
  onConnected(): void
  readonly wantsWhole: boolean
  onWhole(payload: Buffer): void
  onEdges(head: Buffer, tail: Buffer, length: number): void
  /** It ended, and not by `close`: by the server or by the network. */
  onLost(reason: string): void
}

/** One read of a socket at most. All sockets read into the same bytes: what they hold is used up before the next read. */
const READ_BYTES = 256 * 1_024
const SHARED = Buffer.allocUnsafeSlow(READ_BYTES)
/** An answer to the upgrade that is longer is none. */
const MAX_ANSWER_BYTES = 16_384

/**
 * A WebSocket client on a bare TCP socket, so that the generator spends as little as possible on each frame. It answers pings.
 * It does not check `Sec-WebSocket-Accept`: it measures servers that are known to speak the protocol.
 */
export class Connection {
  readonly #socket: Socket
  readonly #listener: ConnectionListener
  readonly #frames: FrameReader
  #answer: Buffer | null = Buffer.alloc(0)
  #isClosed = false
  #isCorked = false
  /** Bytes received so far, framing included. */
  bytes = 0

  constructor({ host, port, path, headers }: Upgrade, listener: ConnectionListener) {
    this.#listener = listener
    this.#frames = new FrameReader(this.#sink())
    const onread = { buffer: SHARED, callback: (length: number) => this.#take(SHARED.subarray(0, length)) }
    this.#socket = connect({ host, port, noDelay: true, onread })
    this.#socket.on('error', error => this.#lost(error.message))
    this.#socket.on('close', () => this.#lost('the server ended it'))
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: aG9sZGZhc3QgYmVuY2ghIQ==',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  }

  /** Sends one text frame. What is sent in one turn leaves in one write. */
  send(text: string): void {
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#socket.cork()
      process.nextTick(this.#uncork)
    }
    this.#socket.write(clientFrame(text))
  }

  /** Cuts it, as a network does that goes away: no closing handshake. The listener is not told. */
  close(): void {
    this.#isClosed = true
    this.#socket.destroy()
  }

  readonly #uncork = (): void => {
    this.#isCorked = false
    this.#socket.uncork()
  }

  #sink(): FrameSink {
    const listener = this.#listener
    return {
      get wantsWhole() {
        return listener.wantsWhole
      },
      onWhole: payload => listener.onWhole(payload),
      onEdges: (head, tail, length) => listener.onEdges(head, tail, length),
      onControl: (opcode, payload) => {
        if (opcode === OPCODE.ping) this.#socket.write(pongFrame(payload))
        else if (opcode === OPCODE.close) this.#lost(`closed with ${closeReason(payload)}`)
      },
    }
  }

  #take(chunk: Buffer): boolean {
    if (this.#isClosed) return false
    this.bytes += chunk.length
    if (this.#answer === null) this.#frames.push(chunk)
    else this.#upgrade(Buffer.concat([this.#answer, chunk]))
    return true
  }

  #upgrade(answer: Buffer): void {
    const end = answer.indexOf('\r\n\r\n')
    if (end < 0 && answer.length < MAX_ANSWER_BYTES) {
      this.#answer = answer
      return
    }
    const status = answer.subarray(0, answer.indexOf('\r\n')).toString()
    if (!/^HTTP\/1\.1 101 /.test(status)) {
      this.#lost(`the upgrade was answered with "${status}"`)
      return
    }
    this.#answer = null
    this.#listener.onConnected()
    this.#frames.push(answer.subarray(end + 4))
  }

  #lost(reason: string): void {
    if (this.#isClosed) return
    this.close()
    this.#listener.onLost(reason)
  }
}

function closeReason(payload: Buffer): string {
  return payload.length < 2 ? 'no code' : `${payload.readUInt16BE(0)} ${payload.subarray(2).toString()}`
}
