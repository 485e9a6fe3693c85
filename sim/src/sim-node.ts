import type { LimitOptions } from '@holdfast/server'
import { type Composed, compose, type PresenceStore, settingsOf } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { SimBus } from './sim-bus.ts'
import { SimHost } from './sim-host.ts'
import type { SimLink } from './sim-link.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimStore } from './sim-store.ts'
import type { SimTime } from './sim-time.ts'
import { simAuth } from './sim-token.ts'
import type { Watch } from './watch.ts'

/** What all nodes of a world have in common. */
export interface NodeParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly store: SimStore
  readonly bus: SimBus
  /** Who is there; it outlives every node, as a store of its own would. */
  readonly presence: PresenceStore
  /** A failure that a node has told of, and that no fault of the world explains. */
  readonly onError: (text: string) => void
  /** Sees everything that a node is sent, sends and logs, at the moment it does. */
  readonly watch: Watch
  readonly coverage: Coverage
  /** Limits that are small enough to be met in a small world. */
  readonly limits: Pick<LimitOptions, 'delta' | 'sendQueueBytes' | 'slowReaderMs' | 'heartbeatMs'>
}

interface Running {
  readonly host: SimHost
  readonly server: Composed
  readonly links: Set<SimLink>
  /** Rejects when the process dies: nobody answers a request then. */
  readonly death: PromiseWithResolvers<never>
}

/** One process of the server, as often as it is started. */
export class SimNode {
  readonly name: string
  readonly #parts: NodeParts
  #starts = 0
  #running: Running | null = null
  /** Processes that drain: their successor may run already. */
  readonly #leaving = new Set<Running>()

  constructor(name: string, parts: NodeParts) {
    this.name = name
    this.#parts = parts
  }

  /** Whether it takes connections: a node that sleeps looks up to a load balancer that asks its operating system. */
  get isUp(): boolean {
    return this.#running !== null
  }

  get host(): SimHost | null {
    return this.#running?.host ?? null
  }

  start(): void {
    if (this.#running !== null) return
    const { time, random, store, bus, presence, limits, watch } = this.#parts
    const host = new SimHost(`${this.name}.${++this.#starts}`, time, random.fork(`${this.name}.${this.#starts}`))
    const settings = settingsOf({
      store: { kind: 'memory' },
      auth: { mode: 'jwt', secret: 'of no use here: tokens are not signed' },
      platform: host,
      nodeName: host.name,
      limits,
      logger: {
        debug: (fields, text) => watch.logged(host.name, 'debug', fields, text),
        info: (fields, text) => watch.logged(host.name, 'info', fields, text),
        warn: (fields, text) => watch.logged(host.name, 'warn', fields, text),
        error: (fields, text) => {
          watch.logged(host.name, 'error', fields, text)
          this.#parts.onError(`${host.name}: ${text} ${String(Object(fields).err?.stack)}`)
        },
      },
    })
    const server = compose({ settings, log: store.of(host), bus: bus.of(host), auth: simAuth(host), presence })
    const death = Promise.withResolvers<never>()
    death.promise.catch(() => {})
    this.#running = { host, server, death, links: new Set() }
  }

  /** Kills it, and what of it is still draining. `isTold`: its operating system lives, and closes its connections. */
  kill(isTold: boolean): void {
    for (const { host, death, links } of [...this.#leaving, ...(this.#running === null ? [] : [this.#running])]) {
      this.#parts.coverage.saw('node killed')
      host.die()
      death.reject(new TypeError('fetch failed'))
      this.#parts.bus.forget(host)
      for (const link of links) link.nodeDied(isTold)
    }
    this.#leaving.clear()
    this.#running = null
  }

  /** Ends it as a deployment does: drains, then goes. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    this.#leaving.add(running)
    await running.server.close()
    if (!this.#leaving.delete(running)) return
    this.#parts.coverage.saw('node drained')
    running.host.die()
    for (const link of running.links) link.nodeDied(true)
  }

  /** Takes a connection. False when its token is not good: then there is no connection. */
  async accept(link: SimLink, token: string): Promise<boolean> {
    const running = this.#running
    if (running === null) return false
    const result = await simAuth(running.host).authenticator.authenticate(token)
    if (!result.ok || this.#running !== running) return false
    running.links.add(link)
    link.attach(running.host, this.#parts.watch.link(result.actor.userId, running.host.name))
    running.host.run(() => running.server.connect(link, result))
    return true
  }

  /** How often rooms were opened from what, since the process began. */
  async resumes(): Promise<readonly (readonly [kind: string, count: number])[]> {
    const text = await (await this.fetch('http://sim/metrics')).text()
    const found = text.matchAll(/^holdfast_resumes_total\{kind="(\w+)"\} (\d+)$/gm)
    return [...found].map(([, kind = '', count]) => [kind, Number(count)])
  }

  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const running = this.#running
    if (running === null) throw new TypeError('fetch failed')
    return Promise.race([running.server.fetch(new Request(input, init)), running.death.promise])
  }
}
