import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { bounded, eventually } from '../../src/bounded.ts'
import { type ChaosOptions, ChaosProxy } from '../../src/chaos/proxy.ts'
import type { Scheduler } from '../../src/chaos/scheduler.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs `cleanup` when the test is over, the latest first. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** Time that stands still until it is told to go on. */
export class HandScheduler implements Scheduler {
  #now = 0
  #due: { readonly at: number; readonly run: () => void }[] = []

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run }
    this.#due.push(entry)
    return () => {
      this.#due = this.#due.filter(one => one !== entry)
    }
  }

  /** How many wait for their time. */
  get waiting(): number {
    return this.#due.length
  }

  /** Waits until so many wait, then lets the time pass. */
  async pass(ms: number, waiting: number): Promise<void> {
    await eventually(async () => this.#due.length >= waiting || undefined, `${waiting} timers`)
    this.#now += ms
    const due = this.#due.filter(one => one.at <= this.#now).sort((a, b) => a.at - b.at)
    this.#due = this.#due.filter(one => one.at > this.#now)
    for (const { run } of due) run()
  }
}

/** A server that notes what reaches it: HTTP requests, and messages of sockets, which it sends back. */
export class EchoServer {
  readonly url: string
  /** `<method> <path> <body>` of each request, in the order in which they were whole. */
  readonly requests: string[] = []
  /** Messages of all sockets, in the order in which they came. */
  readonly messages: string[] = []
  readonly sockets: WebSocket[] = []
  /** The close codes of sockets that ended. */
  readonly ends: number[] = []
  readonly headers: IncomingMessage['headers'][] = []

  private constructor(url: string) {
    this.url = url
  }

  static async start(): Promise<EchoServer> {
    const http = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      echo.requests.push(`${request.method} ${request.url} ${Buffer.concat(chunks)}`)
      response.end(`answer to ${request.url}`)
    })
    const upgrades = new WebSocketServer({ server: http, path: '/socket' })
    upgrades.on('connection', (ws, request) => {
      echo.headers.push(request.headers)
      echo.sockets.push(ws)
      ws.on('close', code => echo.ends.push(code))
      ws.on('error', () => undefined)
      ws.on('message', (data, isBinary) => {
        echo.messages.push(isBinary ? `binary ${(data as Buffer).length}` : String(data))
        ws.send(data, { binary: isBinary })
      })
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const echo = new EchoServer(`http://127.0.0.1:${(http.address() as AddressInfo).port}`)
    atEnd(() => {
      for (const ws of upgrades.clients) ws.terminate()
      http.closeAllConnections()
      http.close()
    })
    return echo
  }
}

/** A proxy that ends with the test. */
export async function proxyBefore(target: string, options: ChaosOptions = {}): Promise<ChaosProxy> {
  const proxy = await ChaosProxy.start(target, options)
  atEnd(() => proxy.close())
  return proxy
}

/** A client socket that notes what it gets. */
export class Client {
  readonly ws: WebSocket
  readonly messages: string[] = []
  readonly closed: Promise<number>
  #heard = 0

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', data => this.messages.push(String(data)))
    ws.on('error', () => undefined)
    this.closed = new Promise(resolve => ws.once('close', resolve))
    atEnd(() => ws.terminate())
  }

  static async connect(proxy: ChaosProxy): Promise<Client> {
    const client = new Client(new WebSocket(`${proxy.url.replace('http', 'ws')}/socket`))
    await bounded(once(client.ws, 'open'), () => 'the socket to open')
    return client
  }

  /** Sends one and waits for its echo, which must be the next message. */
  async echoes(text: string): Promise<void> {
    this.ws.send(text)
    await this.hears(this.#heard + 1)
  }

  /** Waits until so many messages have come in all. */
  async hears(count: number): Promise<readonly string[]> {
    await until(() => this.messages.length >= count, `${count} messages`)
    this.#heard = this.messages.length
    return this.messages
  }
}

/** A bare TCP connection that notes the bytes it gets. */
export class Wire {
  readonly socket: Socket
  /** `finish` or the error's code, once it is over. */
  readonly ended: Promise<string>
  #chunks: Buffer[] = []

  constructor(url: string) {
    this.socket = connect(Number(new URL(url).port), '127.0.0.1')
    this.socket.on('data', chunk => this.#chunks.push(chunk))
    this.ended = new Promise(resolve => {
      this.socket.once('end', () => resolve('finish'))
      this.socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
    atEnd(() => this.socket.destroy())
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString('latin1')
  }

  /** Waits until what came matches. */
  async gets(pattern: RegExp): Promise<void> {
    await until(
      () => pattern.test(this.text),
      () => `${pattern} in ${this.text}`,
    )
  }
}

/** Waits until `holds`. */
export async function until(holds: () => boolean, what: string | (() => string)): Promise<void> {
  await eventually(async () => holds() || undefined, what)
}
