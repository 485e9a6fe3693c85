import type { IssuedTickets } from '../auth/tickets.ts'
import type { BusMessage } from '../bus/bus.ts'
import type { LogCommand } from '../log/command.ts'
import type { Committer } from '../log/committer.ts'
import type { Outcome } from '../log/outcome.ts'
import type { RoomLog } from '../log/room-log.ts'
import { type Metrics, type MetricValues, textOfAll } from '../observe/metrics.ts'
import type { PresenceStore } from '../people/presence-store.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { type CommandParcel, unpack } from './command-parcel.ts'
import type { EphemeralFlag } from './ephemeral-flag.ts'
import { inTime } from './in-time.ts'
import { KeptPresence } from './kept-presence.ts'
import { Line, remote } from './line.ts'
import { type Commits, GATEWAY, type GatewayServes, type OwnerServes } from './owner-served.ts'
import type { Port } from './port.ts'
import { sharedCall } from './shared-call.ts'
import { ToldNews } from './told-news.ts'

export interface OwnerParts {
  /** All rooms. Nobody else writes them. */
  readonly log: Pick<RoomLog, 'check'>
  /** Those of them that are in memory alone. */
  readonly ephemeral: RoomLog
  readonly hasEphemeral: EphemeralFlag
  /** Over `log`; publishes by this owner's `publish`. */
  readonly newCommitter: (publish: (message: BusMessage) => void) => Committer
  readonly presence: PresenceStore
  readonly tickets: IssuedTickets
  readonly metrics: Metrics
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** A gateway that has not said by then what it measures, in milliseconds, is left out: it is starting, ending, or stands still. */
export const MEASURED_WITHIN_MS = 1_000

/**
 * What there is once on a machine whose server runs on several threads: the only writer of the log, the bus between the gateways,
 * who is there, and one-time tickets.
 *
 * - **One order.** All gateways hear the same messages in the same order; those of one room's events in the order of its log.
 * - **Persist, publish, acknowledge.** A gateway has been told the news of a commit when it is answered.
 * - **Together.** What several gateways send while one transaction runs is the next one.
 */
export class Owner {
  readonly #parts: OwnerParts
  readonly #committer: Committer
  readonly #presence: KeptPresence
  readonly #peers = new Set<Peer>()

  constructor(parts: OwnerParts) {
    this.#parts = parts
    this.#committer = parts.newCommitter(message => this.#publish(message))
    const { presence: store, clock, scheduler } = parts
    this.#presence = new KeptPresence({ store, clock, scheduler, publish: message => this.#publish(message) })
  }

  /**
   * A gateway is at the other end of `port`, from now on until `detach`. `onHopeless` is called when too much news waits for it: it is
   * detached then, and should be ended.
   */
  attach(port: Port, onHopeless: (reason: Error) => void = () => {}): AttachedGateway {
    const { ephemeral, tickets } = this.#parts
    const presence = this.#presence.of()
    const serves: OwnerServes = { commits: this.#commits(), ephemeral, presence, tickets }
    const line = new Line({
      port,
      serves: { ...serves },
      onTold: message => this.#publish(message as BusMessage),
      cork: post => this.#parts.scheduler.soon(post),
    })
    const gateway = remote<GatewayServes>(line, 'gateway', GATEWAY)
    const detach = (reason: string) => {
      this.#peers.delete(peer)
      line.close(reason)
      presence.end()
    }
    const onFull = () => {
      const reason = new Error('unable to go on; the thread does not take what it is told')
      detach(reason.message)
      onHopeless(reason)
    }
    const news = new ToldNews({ tell: message => line.tell(message), taken: gateway.taken, onFull })
    const peer: Peer = { news, measured: sharedCall(gateway.metrics) }
    this.#peers.add(peer)
    return { ...gateway, detach }
  }

  /** Resolves when all that was submitted is answered. */
  async drain(): Promise<void> {
    await this.#committer.drain()
    this.#presence.close()
  }

  #publish(message: BusMessage): void {
    for (const { news } of this.#peers) news.tell(message)
  }

  #commits(): Commits {
    return {
      commit: parcel => this.#commit(parcel),
      check: () => this.#parts.log.check(),
      told: () => this.#committer.told(),
      metricsText: () => this.#metricsText(),
    }
  }

  #commit(parcel: CommandParcel): Promise<readonly Outcome[]> {
    const batch = unpack(parcel)
    if (batch.some(isEphemeral)) this.#parts.hasEphemeral.raise()
    return Promise.all(batch.map(command => this.#committer.submit(command)))
  }

  /** All that is measured; a gateway that does not answer is left out. */
  async #metricsText(): Promise<string> {
    const { scheduler } = this.#parts
    const measured = Array.from(this.#peers, peer => inTime(scheduler, MEASURED_WITHIN_MS, peer.measured()))
    const answers = await Promise.allSettled([this.#parts.metrics.values(), ...measured])
    return textOfAll(answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : [])))
  }
}

/** A gateway as it is told the news and asked what it measures. */
interface Peer {
  readonly news: ToldNews
  measured(): Promise<MetricValues>
}

/** A gateway as its owner sees it. */
export interface AttachedGateway extends GatewayServes {
  /** It is gone, or is to be: it is told nothing any more, and whoever waits for it is told `reason`. */
  detach(reason: string): void
}

function isEphemeral(command: LogCommand): boolean {
  return command.kind === 'room.create' && command.ephemeral
}
