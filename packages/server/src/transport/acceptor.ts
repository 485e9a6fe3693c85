import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '@holdfast/protocol'
import { type Server, WebSocketServer } from 'ws'
import { Corks } from './corks.ts'
import { asksForSmallWindow, DEFLATE_TERMS } from './deflated.ts'
import { Departures } from './departures.ts'
import type { Time } from './message-deadline.ts'
import { PeerSocket } from './peer-socket.ts'
import type { Transport } from './transport.ts'
import { type WebSocketDeps, WebSocketTransport } from './websocket.ts'

/**
 * The defaults of `ws` would let a peer pin twenty times what it sends (16,384 fragments, 262,144 chunks). A message of ours
 * is one fragment of a few dozen chunks.
 */
const MAX_FRAGMENTS = 64
const MAX_BUFFERED_CHUNKS = 1_024

export interface AcceptorOptions {
  /** The largest message that is taken, in bytes, inflated where it came compressed; a larger one closes with 1009. */
  readonly frameBytes: number
  /** Whether permessage-deflate is settled on with who offers it. */
  readonly compression: boolean
  readonly time: Time
}

/** Turns upgrade requests, authorised already, into WebSocket transports. */
export class WebSocketAcceptor {
  readonly #server: Server<typeof PeerSocket>
  readonly #deps: WebSocketDeps
  readonly #departures: Departures

  constructor({ frameBytes, compression, time }: AcceptorOptions) {
    this.#deps = { corks: new Corks(), time, frameBytes }
    this.#departures = new Departures(time.scheduler)
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: PeerSocket,
      clientTracking: false,
      perMessageDeflate: compression && DEFLATE_TERMS,
      maxPayload: frameBytes,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    })
    // A malformed handshake is answered by `ws` itself, 400 or 405.
    this.#server.on('error', () => {})
  }

  /** Completes the handshake and hands the transport on; a handshake that breaks RFC 6455 gets its HTTP error instead. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, onTransport: (transport: Transport) => void): void {
    if (asksForSmallWindow(request.headers['sec-websocket-extensions'])) {
      delete request.headers['sec-websocket-extensions']
    }
    this.#departures.pace(socket, () => {
      this.#server.handleUpgrade(request, socket, head, ws =>
        onTransport(new WebSocketTransport(ws, socket, this.#deps)),
      )
    })
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Answers an upgrade request with an HTTP error and no WebSocket. `extra` are header lines. */
export function refuseUpgrade(socket: Duplex, status: number, body: string, extra: readonly string[] = []): void {
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...extra,
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
