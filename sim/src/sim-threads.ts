import {
  type AttachedGateway,
  composeGateway,
  composeOwner,
  createMemoryLog,
  DEFAULT_EPHEMERAL_LIMITS,
  EphemeralFlag,
  EphemeralRooms,
  MemoryPresence,
  type Owner,
} from '@holdfast/server/testing'
import { GatewayWatch } from './gateway-watch.ts'
import { SimDoor } from './sim-door.ts'
import { SimHost } from './sim-host.ts'
import type { SimLink } from './sim-link.ts'
import { SimPorts } from './sim-port.ts'
import { type NodeParts, type SimProcess, settingsFor } from './sim-process.ts'
import type { SimRandom } from './sim-random.ts'
import { simAuth } from './sim-token.ts'

/** How long what one thread tells another takes on average, in milliseconds; each world has one of these. */
const PORT_MS = [0, 1, 20]
/** How long a thread takes to start on average, and its end to be heard of, in milliseconds. */
const START_MS = 20
const END_HEARD_MS = 5

/** A thread that serves clients. */
interface Gateway {
  readonly host: SimHost
  readonly ports: SimPorts
  readonly attached: AttachedGateway
  readonly watch: GatewayWatch
  /** Null until it listens. */
  door: SimDoor | null
}

/** A server on several threads: the owner of the log, and gateways. Its store, who is there, and whatever else it has in common end with it. */
export class SimThreads implements SimProcess {
  readonly host: SimHost
  readonly presence: MemoryPresence
  readonly #parts: NodeParts
  readonly #random: SimRandom
  readonly #portMs: number
  readonly #owner: Owner
  readonly #hasEphemeral = new EphemeralFlag()
  readonly #gateways: Gateway[]
  /** By page, which gateway it was connected to last. */
  readonly #lastOf = new Map<string, string>()
  #starts = 0
  #isClosing = false

  constructor(host: SimHost, parts: NodeParts, gateways: number) {
    this.host = host
    this.presence = new MemoryPresence(host.clock)
    this.#parts = parts
    this.#random = host.random.fork('threads')
    this.#portMs = parts.random.fork('ports').pick(PORT_MS)
    const memory = createMemoryLog({ platform: host, limits: DEFAULT_EPHEMERAL_LIMITS })
    this.#owner = composeOwner({
      settings: settingsFor(host, parts),
      log: new EphemeralRooms({ durable: parts.store.of(host), memory }),
      ephemeral: memory,
      hasEphemeral: this.#hasEphemeral,
      presence: this.presence,
    })
    this.#gateways = Array.from({ length: gateways }, () => this.#begin(START_MS))
  }

  get doors(): readonly SimDoor[] {
    return this.#gateways.flatMap(({ door }) => (door === null || door.host.isDead ? [] : [door]))
  }

  /** One of them dies; another takes its place, `forMs` after its end was heard of. */
  killGateway(place: number, forMs: number): void {
    const gateway = this.#gateways[place]
    if (gateway === undefined || gateway.host.isDead || this.#isClosing) return
    gateway.watch.dies()
    // What it has posted is on its way still.
    gateway.host.die()
    gateway.door?.die(true)
    this.#parts.time.after(this.#random.exponential(END_HEARD_MS), () =>
      this.host.run(() => {
        gateway.attached.detach('its thread has ended')
        if (!this.#isClosing) this.#gateways[place] = this.#begin(forMs)
      }),
    )
  }

  /** One of them stands still. Gives what has it go on. */
  stall(place: number): () => void {
    const host = this.#gateways[place]?.host
    host?.sleep()
    return () => void host?.wake()
  }

  /** Whatever stands still goes on. */
  heal(): void {
    for (const { host } of this.#gateways) host.wake()
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#gateways.map(gateway => this.#end(gateway)))
    await this.#owner.drain()
  }

  end(): void {
    this.host.die()
  }

  die(isTold: boolean): void {
    this.host.die()
    for (const { door } of this.#gateways) door?.die(isTold)
  }

  /** One begins: it listens in a while, and hears what it was told meanwhile. */
  #begin(startMs: number): Gateway {
    const { time, store } = this.#parts
    const name = `${this.host.name}/${++this.#starts}`
    const host = new SimHost(name, time, this.#random.fork(name), this.host)
    const watch = new GatewayWatch(host, this.#parts)
    const ports = new SimPorts({
      ...{ time, random: host.random.fork('port'), delayMs: this.#portMs, ends: [this.host, host] },
      onPosted: (by, message) => by === host && watch.asks(message),
      onTaken: (at, message) => at === host && watch.hears(message),
    })
    const [ownerPort, port] = ports.ends
    const gateway: Gateway = { host, ports, watch, attached: this.#owner.attach(ownerPort), door: null }
    time.after(host.random.exponential(startMs), () =>
      host.run(() => {
        const server = composeGateway({
          ...{ settings: settingsFor(host, this.#parts), port, auth: simAuth(host) },
          ...{ durable: store.of(host), hasEphemeral: this.#hasEphemeral },
        })
        gateway.door = new SimDoor(host, server, (userId, link) => watch.link(userId, this.#hasMoved(link, name)))
      }),
    )
    return gateway
  }

  /** Whether the page at the other end was last connected to another one. */
  #hasMoved({ page }: SimLink, name: string): boolean {
    const before = this.#lastOf.get(page) ?? name
    this.#lastOf.set(page, name)
    return before !== name
  }

  /** Lets its clients go, as far as it lives. */
  async #end({ attached, door, host }: Gateway): Promise<void> {
    // One that has died, or has not begun, has nobody to let go.
    if (door !== null && !host.isDead) await attached.close().catch(() => {})
    attached.detach('it was ended')
    door?.end()
  }
}
