import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { Action, Ending } from './action.ts'
import { sendAgain } from './again.ts'
import { Gate, type Path } from './gate.ts'
import { Link } from './link.ts'
import { type Scheduler, systemScheduler } from './scheduler.ts'
import { calm, type Place, type Script } from './script.ts'
import type { Direction, Unit } from './unit.ts'

/** Faults that are remembered; older ones are forgotten. */
const MAX_FAULTS = 10_000

/** The port of an `http://` URL that names none. */
const HTTP_PORT = 80

/** Something that was done to a unit. */
export interface Fault {
  readonly connection: number
  readonly direction: Direction
  readonly unit: Unit['kind']
  /** How many units of its kind came before it in its direction. */
  readonly nth: number
  readonly action: Action
}

/** How a proxy is started. */
export interface ChaosOptions {
  /** What is done with each unit. Default: nothing. */
  readonly script?: Script
  /** Default: the real time. */
  readonly scheduler?: Scheduler
  /** The port to listen on. Default: 0, any free one. */
  readonly port?: number
  /** Hears of each fault as it is done. */
  readonly onFault?: (fault: Fault) => void
}

/**
 * Stands between clients and a server of plain HTTP/1.1 and WebSocket, on 127.0.0.1, and does to what passes what its script
 * says: to each request, answer and frame. Without a script it is as if it were not there, but that
 * no WebSocket extension is negotiated and that a unit goes on only when it is there as a whole.
 */
export class ChaosProxy {
  /** What was done so far, oldest first, at most the last `MAX_FAULTS`. */
  readonly faults: Fault[] = []
  readonly #target: TcpNetConnectOpts
  /** Where the target's addresses begin, without a trailing slash. */
  readonly #prefix: string
  readonly #server: Server
  readonly #links = new Set<Link>()
  readonly #held = new Gate()
  readonly #swapping = new Gate()
  readonly #closed = new AbortController()
  readonly #options: ChaosOptions
  #script: Script
  #connections = 0

  private constructor(target: URL, options: ChaosOptions) {
    this.#target = { host: target.hostname, port: Number(target.port || HTTP_PORT) }
    this.#prefix = target.pathname.replace(/\/$/, '')
    this.#options = options
    this.#script = options.script ?? calm
    this.#server = createServer({ allowHalfOpen: true }, client => this.#accept(client))
  }

  /** Starts one before `target`, a base URL (`http://host:port`). Rejects when the port is taken. */
  static async start(target: string, options: ChaosOptions = {}): Promise<ChaosProxy> {
    const url = URL.parse(target)
    if (url?.protocol !== 'http:')
      throw new Error(`unable to stand before ${target}; it takes a URL that begins with http://`)
    const proxy = new ChaosProxy(url, options)
    proxy.#server.listen(options.port ?? 0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** Its own base URL, without a trailing slash; it begins as the target's does. Not to be asked once it is closed. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#prefix}`
  }

  /** How many connections were taken so far. */
  get connections(): number {
    return this.#connections
  }

  /** How many directions of connections stand still at a held unit. */
  get holding(): number {
    return this.#held.waiting
  }

  /** Does what this script says from the next unit on. */
  follow(script: Script): void {
    this.#script = script
  }

  /** Lets held units go on: those for which `which` holds, without it all. */
  release(which?: (path: Path) => boolean): void {
    this.#held.release(which)
  }

  /** Ends the open connections for which `which` holds, without it all. */
  end(ending: Ending, which: (connection: number) => boolean = () => true): void {
    for (const link of this.#links) if (which(link.connection)) link.end(ending)
  }

  /** Takes no more connections and gives those up that are open. */
  async close(): Promise<void> {
    this.#closed.abort()
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const link of this.#links) link.destroy()
    await closed
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#target, allowHalfOpen: true })
    const link = new Link(this.#connections, client, server, {
      script: () => this.#script,
      scheduler: this.#options.scheduler ?? systemScheduler,
      held: this.#held,
      swapping: this.#swapping,
      note: (place, action) => this.#note(place, action),
      again: request => sendAgain(this.#target, request, this.#closed.signal),
      gone: gone => this.#links.delete(gone),
    })
    this.#connections += 1
    this.#links.add(link)
  }

  #note({ connection, direction, unit, nth }: Place, action: Action): void {
    if (action.kind === 'pass') return
    const fault = { connection, direction, unit: unit.kind, nth, action }
    this.faults.push(fault)
    if (this.faults.length > MAX_FAULTS) this.faults.shift()
    this.#options.onFault?.(fault)
  }
}
