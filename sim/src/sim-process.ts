import type { LimitOptions } from '@holdfast/server'
import { compose, type PresenceStore, type Settings, settingsOf } from '@holdfast/server/testing'
import type { BanWatch } from './ban-watch.ts'
import type { Coverage } from './coverage.ts'
import type { SimBus } from './sim-bus.ts'
import { SimDoor } from './sim-door.ts'
import type { SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimStore } from './sim-store.ts'
import type { SimTime } from './sim-time.ts'
import { simAuth } from './sim-token.ts'
import type { Watch } from './watch.ts'

/** What all nodes of a world have in common. */
export interface NodeParts {
  readonly time: SimTime
  readonly random: SimRandom
  /** Who of several that share a port takes a connection. */
  readonly spread: SimRandom
  readonly store: SimStore
  readonly bus: SimBus
  /** Who is there; it outlives every node, as a store of its own would. */
  readonly presence: PresenceStore
  /** A failure that a node has told of, and that no fault of the world explains. */
  readonly onError: (text: string) => void
  /** Told of a rule that was seen broken. */
  readonly onBreach: (rule: string, what: string) => void
  /** Knows who was banned, and when. */
  readonly bans: BanWatch
  /** Sees everything that a node is sent, sends and logs, at the moment it does. */
  readonly watch: Watch
  readonly coverage: Coverage
  /** Limits that are small enough to be met in a small world. */
  readonly limits: Pick<LimitOptions, 'delta' | 'sendQueueBytes' | 'slowReaderMs' | 'heartbeatMs'>
}

/** A server from its start to its end, as its node has it. */
export interface SimProcess {
  /** The process; of one that has several threads, that which writes. */
  readonly host: SimHost
  /** Where clients connect to it now. */
  readonly doors: readonly SimDoor[]
  /** Who it says is there. */
  readonly presence: PresenceStore
  /** Lets everybody go, as a deployment does. */
  close(): Promise<void>
  /** Everybody is gone, and so is it. */
  end(): void
  /** Nothing comes from it any more. `isTold`: its operating system lives, and closes its connections. */
  die(isTold: boolean): void
}

/** A server that is one thread. */
export class SimSingle implements SimProcess {
  readonly host: SimHost
  readonly doors: readonly SimDoor[]
  readonly presence: PresenceStore
  readonly #door: SimDoor
  readonly #bus: SimBus

  constructor(host: SimHost, parts: NodeParts) {
    const { store, bus, presence, watch } = parts
    const settings = settingsFor(host, parts)
    const server = compose({ settings, log: store.of(host), bus: bus.of(host), auth: simAuth(host), presence })
    this.host = host
    this.presence = presence
    this.#bus = bus
    this.#door = new SimDoor(host, server, userId => watch.link(userId, host.name))
    this.doors = [this.#door]
  }

  close(): Promise<void> {
    return this.#door.server.close()
  }

  end(): void {
    this.#door.end()
  }

  die(isTold: boolean): void {
    this.#bus.forget(this.host)
    this.#door.die(isTold)
  }
}

/** What a server, or a thread of one, is set up with. */
export function settingsFor(host: SimHost, { limits, watch, onError }: NodeParts): Settings {
  return settingsOf({
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
        onError(`${host.name}: ${text} ${String(Object(fields).err?.stack)}`)
      },
    },
  })
}
