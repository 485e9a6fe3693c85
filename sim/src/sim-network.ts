import type { Socket, SocketHandlers } from '@holdfast/client'
import type { Coverage } from './coverage.ts'
import type { LineManner } from './line-manner.ts'
import type { SimHost } from './sim-host.ts'
import { SimHttp } from './sim-http.ts'
import { SimLink } from './sim-link.ts'
import type { SimNode } from './sim-node.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** What a socket closes with when nobody says why (RFC 6455 §7.1.5). */
const CLOSE_ABNORMAL = 1006
/** How long a device waits for a connection that nobody answers, in milliseconds. */
const CONNECT_MS = 20_000

/** One device's way to the nodes. */
export class SimLine {
  readonly manner: LineManner
  /** One HTTP call. */
  readonly fetch: typeof globalThis.fetch
  readonly #parts: LineParts
  readonly #links = new Set<SimLink>()

  constructor(parts: LineParts, manner: LineManner) {
    this.#parts = parts
    this.manner = manner
    this.fetch = new SimHttp({ ...parts, manner }).fetch
  }

  /** Opens a socket; which node answers is the load balancer's choice. */
  readonly openSocket = (_url: string, protocols: readonly string[], handlers: SocketHandlers): Socket => {
    const { host, time, network } = this.#parts
    const token = protocols.find(each => each.startsWith('bearer.'))?.slice('bearer.'.length) ?? ''
    const link = new SimLink({
      ...this.#parts,
      manner: this.manner,
      handlers,
      onGone: gone => this.#links.delete(gone),
    })
    this.#links.add(link)
    const giveUp = time.after(CONNECT_MS, () => link.clientEnds(CLOSE_ABNORMAL))
    time.after(this.#delay(), () => {
      const node = network.pick()
      if (this.manner.isCut || this.manner.isMute) return
      giveUp()
      const accepted = node === null ? Promise.resolve(false) : node.accept(link, token)
      void accepted.then(isIn => isIn || host.run(() => link.clientEnds(CLOSE_ABNORMAL)))
    })
    return { send: text => link.clientSends(text), close: (code, reason) => link.clientCloses(code, reason) }
  }

  #delay(): number {
    return this.#parts.random.exponential(this.manner.delayMs)
  }

  /** Every connection ends; both sides learn of it. */
  reset(): void {
    for (const link of [...this.#links]) link.reset()
  }

  /** Every connection breaks: how much of what is under way still arrives, and when who learns of it, is another matter on each side. */
  tear(): void {
    for (const link of [...this.#links]) link.tear()
  }

  /** Every connection goes silent; nobody learns of it. */
  freeze(): void {
    for (const link of this.#links) link.freeze()
  }
}

/** What a device's line is made of. */
export interface LineParts {
  readonly host: SimHost
  readonly time: SimTime
  readonly random: SimRandom
  readonly coverage: Coverage
  readonly network: SimNetwork
}

/** The nodes, behind something that sends each connection to one of those that are up. */
export class SimNetwork {
  readonly nodes: SimNode[] = []
  readonly #random: SimRandom

  constructor(random: SimRandom) {
    this.#random = random
  }

  pick(): SimNode | null {
    const up = this.nodes.filter(node => node.isUp)
    return up.length === 0 ? null : this.#random.pick(up)
  }
}
