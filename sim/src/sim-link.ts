import type { SocketHandlers } from '@holdfast/client'
import type { SharedText, Transport, TransportListener } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { SimHost } from './sim-host.ts'
import { type PipeParts, SimPipe } from './sim-pipe.ts'
import type { LinkWatcher } from './watch.ts'

/** What a link is made of. */
export interface LinkParts extends PipeParts {
  readonly host: SimHost
  readonly coverage: Coverage
  readonly handlers: SocketHandlers
  readonly onGone: (link: SimLink) => void
}

/** What a socket closes with when nobody says why (RFC 6455 §7.1.5). */
const CLOSE_ABNORMAL = 1006
/** What a ping, an opening or a closing weighs, in bytes. */
const CONTROL_BYTES = 8
/** How long it takes on average until one side of a connection that broke learns of it, in milliseconds. */
const TEAR_MS = 2_000

/**
 * One WebSocket between a device and a node: in order and without loss until it ends, which may be at any message, for one side long
 * before the other, or silently. It is the server's `Transport`.
 */
export class SimLink implements Transport {
  readonly #parts: LinkParts
  readonly #up: SimPipe
  readonly #down: SimPipe
  /** Arrived while the node was not reading. */
  readonly #held: string[] = []
  #listener: TransportListener | null = null
  #isPaused = false
  #node: SimHost | null = null
  #watcher: LinkWatcher | null = null
  #client: 'opening' | 'open' | 'over' = 'opening'
  #server: 'none' | 'open' | 'over' = 'none'

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#up = new SimPipe(parts, false)
    this.#down = new SimPipe(parts, true)
  }

  start(listener: TransportListener): void {
    this.#listener = listener
    this.#server = 'open'
    this.#toClient(CONTROL_BYTES, () => {
      if (this.#client !== 'opening') return
      this.#client = 'open'
      this.#parts.handlers.onOpen()
    })
  }

  /** Which node it leads to, and who is told of everything that the node takes and sends, at the moment it does. */
  attach(node: SimHost, watcher: LinkWatcher): void {
    this.#node = node
    this.#watcher = watcher
  }

  send(text: string | SharedText): void {
    if (this.#server !== 'open') return
    const message = typeof text === 'string' ? text : text.text
    this.#watcher?.down(message, this.#down.bytes)
    this.#toClient(message.length, () => {
      if (this.#client === 'open') this.#parts.handlers.onMessage(message)
    })
  }

  /** The name of the page that it comes from. */
  get page(): string {
    return this.#parts.host.name
  }

  get bufferedBytes(): number {
    return this.#down.bytes
  }

  /** Answered below the level of the device's programs, whether or not these are awake. */
  ping(): void {
    this.#down.put(CONTROL_BYTES, () =>
      this.#up.put(CONTROL_BYTES, () => this.#onNode(() => this.#listener?.onAlive())),
    )
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    for (const text of this.#held.splice(0)) this.#arrive(text)
  }

  close(code: number, reason: string): void {
    if (this.#server !== 'open') return
    this.#parts.coverage.saw(`closed ${code}`)
    this.#toClient(CONTROL_BYTES, () => this.clientEnds(code, reason))
    this.#serverEnds(code)
  }

  terminate(): void {
    this.close(CLOSE_ABNORMAL, '')
  }

  clientSends(text: string): void {
    if (this.#client === 'open') this.#up.put(text.length, () => this.#onNode(() => this.#arrive(text)))
  }

  clientCloses(code: number, reason: string): void {
    this.#up.put(CONTROL_BYTES, () => {
      this.#onNode(() => this.#serverEnds(code))
      this.#toClient(CONTROL_BYTES, () => this.clientEnds(code, reason))
    })
  }

  /** The device learns that the socket is closed. */
  clientEnds(code: number, reason = ''): void {
    if (this.#client === 'over') return
    this.#client = 'over'
    this.#gone()
    this.#parts.handlers.onClose(code, reason)
  }

  /** Both sides lose it, and what is under way is lost. */
  reset(): void {
    this.freeze()
    const { time, host, coverage } = this.#parts
    if (this.#server === 'open') coverage.saw('connection reset')
    time.after(0, () => host.run(() => this.clientEnds(CLOSE_ABNORMAL)))
    time.after(0, () => this.#onNode(() => this.#serverEnds(CLOSE_ABNORMAL)))
  }

  /** Each side loses some of what was under way to it, and learns of the end in a while, or finds out for itself. */
  tear(): void {
    this.#up.tear()
    this.#down.tear()
    const { time, random, host } = this.#parts
    const [clientMs, serverMs] = [random.exponential(TEAR_MS), random.exponential(TEAR_MS)]
    if (random.chance(0.7)) time.after(clientMs, () => host.run(() => this.clientEnds(CLOSE_ABNORMAL)))
    if (random.chance(0.7)) time.after(serverMs, () => this.#onNode(() => this.#serverEnds(CLOSE_ABNORMAL)))
  }

  /** Nothing arrives any more, and nobody is told. */
  freeze(): void {
    this.#up.freeze()
    this.#down.freeze()
  }

  /** The node has died. `isTold`: its operating system lives and closes the connection. */
  nodeDied(isTold: boolean): void {
    if (this.#server === 'open') this.#parts.coverage.saw('connection lost with its node')
    this.#server = 'over'
    this.#listener = null
    this.freeze()
    const { time, random, manner, host } = this.#parts
    if (isTold) time.after(random.exponential(manner.delayMs), () => host.run(() => this.clientEnds(CLOSE_ABNORMAL)))
  }

  /** A node that sleeps takes it when it wakes; one that is dead, never. */
  #onNode(task: () => void): void {
    this.#node?.run(task)
  }

  #arrive(text: string): void {
    if (this.#server !== 'open') return
    if (this.#isPaused) {
      this.#held.push(text)
      return
    }
    this.#listener?.onAlive()
    this.#watcher?.up(text)
    this.#listener?.onMessage(text)
  }

  /** A device that sleeps takes it when it wakes. */
  #toClient(bytes: number, task: () => void): void {
    this.#down.put(bytes, () => {
      this.#parts.host.run(task)
      this.#onNode(() => this.#listener?.onFlushed())
    })
  }

  #serverEnds(code: number): void {
    if (this.#server !== 'open') return
    this.#server = 'over'
    this.#gone()
    this.#listener?.onClosed(code)
  }

  #gone(): void {
    if (this.#client === 'over' && this.#server !== 'open') this.#parts.onGone(this)
  }
}
