import type { Composed } from '@holdfast/server/testing'
import type { SimHost } from './sim-host.ts'
import type { SimLink } from './sim-link.ts'
import { simAuth } from './sim-token.ts'
import type { LinkWatcher } from './watch.ts'

/** Who is told of all that goes over a connection. */
export type WatchLink = (userId: string, link: SimLink) => LinkWatcher

/** Where connections to a process end: the server that it is, or one of the gateways that it has. */
export class SimDoor {
  readonly host: SimHost
  readonly server: Composed
  readonly #watch: WatchLink
  readonly #links = new Set<SimLink>()
  /** Rejects when it dies: nobody answers a request then. */
  readonly #death = Promise.withResolvers<never>()
  #isOpen = true

  constructor(host: SimHost, server: Composed, watch: WatchLink) {
    this.host = host
    this.server = server
    this.#watch = watch
    this.#death.promise.catch(() => {})
  }

  /** It takes no further connection. */
  shut(): void {
    this.#isOpen = false
  }

  /** Takes a connection. False when its token is not good: then there is no connection. */
  async accept(link: SimLink, token: string): Promise<boolean> {
    const result = await simAuth(this.host).authenticator.authenticate(token)
    if (!result.ok || !this.#isOpen) return false
    this.#links.add(link)
    link.attach(this.host, this.#watch(result.actor.userId, link))
    this.host.run(() => this.server.connect(link, result))
    return true
  }

  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return Promise.race([this.server.fetch(new Request(input, init)), this.#death.promise])
  }

  /** Nothing comes from it any more. `isTold`: its operating system lives, and closes its connections. */
  die(isTold: boolean): void {
    this.#death.reject(new TypeError('fetch failed'))
    this.end(isTold)
  }

  /** The same of one that has answered everybody. */
  end(isTold = true): void {
    this.#isOpen = false
    this.host.die()
    for (const link of this.#links) link.nodeDied(isTold)
    this.#links.clear()
  }
}
