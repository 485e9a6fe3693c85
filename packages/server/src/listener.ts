import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'

/** Most connections at a time, so that idle ones do not use up what the process may open. */
const MAX_CONNECTIONS = 20_000

/**
 * How many connections may wait to be accepted. Everybody comes back at once when a network or a proxy was away, and who finds no place among those that wait
 * tries again a second later, and three seconds after that. Node's own 511 is less than a loop that is busy for half a second needs. The kernel takes less where
 * it allows no more (Linux: `net.core.somaxconn`, 4,096).
 */
const BACKLOG = 4_096

/** How long peers may take, in milliseconds. */
export interface ListenTimes {
  /** Over the head of a request, from the connection on, and over all of it. Looked at every `checkMs`. */
  readonly headersMs: number
  readonly requestMs: number
  readonly checkMs: number
  /**
   * A peer that has asked for something, and takes and sends nothing for so long, is cut: what it was answered and does not read is held in
   * memory until then. Twice what a session that does not read is given by default; an accepted WebSocket is exempt.
   */
  readonly stalledMs: number
}

/** Node's own defaults let a peer take a minute over its headers, five over its body, and as long as it likes over nothing. */
const TIMES: ListenTimes = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000, stalledMs: 60_000 }

/** Where to listen. Port 0 picks a free one. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Whether others of this process may listen on the same port, and the kernel shares the connections out. Default false. */
  readonly isShared?: boolean
}

/** An HTTP server of Holdfast's own, for when it is not mounted in another. */
export class Listener {
  readonly #server: Server
  /** Answers of which something is still to come or to be handed to the network. */
  readonly #answering = new Set<ServerResponse>()
  readonly #whenAnswered: (() => void)[] = []
  #isEnding = false

  constructor(
    handler: RequestListener,
    handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean,
    times: Partial<ListenTimes> = {},
  ) {
    const { headersMs, requestMs, checkMs, stalledMs } = { ...TIMES, ...times }
    this.#server = createServer(
      { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
      (request, response) => {
        // Not from the connection on: a timer that is stopped stays with its socket, and a WebSocket has no use for one.
        request.socket.setTimeout(stalledMs)
        this.#track(response)
        handler(request, response)
      },
    )
    this.#server.maxConnections = MAX_CONNECTIONS
    // Node would answer by itself, before there is a request to anybody, and so without that timer.
    this.#server.on('checkExpectation', (request, response) => {
      request.socket.setTimeout(stalledMs)
      this.#track(response)
      response.writeHead(417).end()
    })
    this.#server.on('upgrade', (request, socket, head) => {
      if (handleUpgrade(request, socket, head)) return
      socket.on('error', () => {})
      // A peer that never ends its half would keep the socket.
      socket.once('finish', () => socket.destroy())
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
  }

  /** Resolves with the base URL. Rejects with Node's own error when it cannot listen there. */
  async listen({ host, port, isShared = false }: ListenOptions): Promise<{ readonly url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: BACKLOG, reusePort: isShared }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    const bound = typeof address === 'object' && address !== null ? address.port : port
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` }
  }

  /** Accepts no more connections. Those that there are end with the answer that is under way, or when they are cut. */
  stopAccepting(): void {
    this.#isEnding = true
    for (const response of this.#answering) response.shouldKeepAlive = false
    // Not the `close` of HTTP: it takes a connection for idle whose answer is ended but not yet handed to the network.
    NetServer.prototype.close.call(this.#server)
  }

  /** Resolves when nothing is left to answer: every request whose head has come was answered, or its peer has gone. */
  answered(): Promise<void> {
    if (this.#answering.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#whenAnswered.push(resolve))
  }

  /** Cuts whatever is still connected. */
  cut(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #track(response: ServerResponse): void {
    this.#answering.add(response)
    if (this.#isEnding) response.shouldKeepAlive = false
    response.once('close', () => {
      this.#answering.delete(response)
      if (this.#answering.size === 0) for (const resolve of this.#whenAnswered.splice(0)) resolve()
    })
  }
}
