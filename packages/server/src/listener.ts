import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Node's own defaults let a peer take a minute over its headers, five over its body, and any number of connections. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const CHECK_MS = 5_000
const MAX_CONNECTIONS = 20_000

/** Where to listen. Port 0 picks a free one. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
}

/** An HTTP server of Holdfast's own, for when it is not mounted in another. */
export class Listener {
  readonly #server: Server

  constructor(
    handler: RequestListener,
    handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean,
  ) {
    this.#server = createServer(
      { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
      handler,
    )
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.on('upgrade', (request, socket, head) => {
      if (handleUpgrade(request, socket, head)) return
      socket.on('error', () => {})
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
  }

  /** Resolves with the base URL. Rejects with Node's own error when it cannot listen there. */
  async listen({ host, port }: ListenOptions): Promise<{ readonly url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    const bound = typeof address === 'object' && address !== null ? address.port : port
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` }
  }

  /** Accepts no more connections; those that wait for nothing are closed. */
  stopAccepting(): void {
    this.#server.close()
    this.#server.closeIdleConnections()
  }

  /** Cuts whatever is still connected. */
  cut(): void {
    this.#server.closeAllConnections()
  }
}
