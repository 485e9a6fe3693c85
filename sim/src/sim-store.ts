import type { LogCommand, Outcome, RoomLog, StampSource } from '@holdfast/server/testing'
import { createMemoryLog, refused, StoreUnavailable } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import { Membership } from './membership.ts'
import { BEGINNING_MS, type SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'

/** How slow the store is, in milliseconds, and what goes wrong with it. */
export interface StoreManner {
  readonly readMs: number
  readonly commitMs: number
  /** Nothing can be written. */
  isFull: boolean
  /** Nothing can be read or written. */
  isAway: boolean
}

/**
 * The store of a simulated world, one for all nodes: whatever a commit writes is there in one instant, some time after it was asked for, and
 * durable from then on. A node that dies meanwhile never hears whether it was, and either may be true.
 */
export class SimStore {
  readonly manner: StoreManner
  /** What the log holds, for whoever checks the world: no delay, no fault. */
  readonly truth: RoomLog
  readonly members = new Membership()
  readonly #time: SimTime
  readonly #random: SimRandom
  readonly #coverage: Coverage
  readonly #source: StoreClock
  #lock: Promise<void> = Promise.resolve()

  constructor(time: SimTime, random: SimRandom, coverage: Coverage, manner: StoreManner) {
    this.#time = time
    this.#random = random
    this.#coverage = coverage
    this.manner = manner
    this.#source = new StoreClock(random)
    this.truth = createMemoryLog({ platform: this.#source })
  }

  /** Makes a room, before the world begins. */
  async create(command: LogCommand): Promise<void> {
    this.#heard(await this.truth.commit([command]))
  }

  /** The store as one node reaches it. */
  of(host: SimHost): RoomLog {
    return new Proxy(this.truth, {
      get: (log, name) => {
        if (name === 'commit') return (batch: readonly LogCommand[]) => this.#commit(host, batch)
        if (name === 'close') return async () => {}
        const read: unknown = Reflect.get(log, name)
        if (typeof read !== 'function') return read
        return (...request: unknown[]) => this.#read(host, () => Reflect.apply(read, log, request))
      },
    })
  }

  /** Commits of all nodes come one after the other. */
  #commit(host: SimHost, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    return new Promise(resolve => {
      const turn = this.#lock.then(() => this.#write(host, batch))
      this.#lock = turn.then(outcomes => host.run(() => resolve(outcomes)))
    })
  }

  async #write(host: SimHost, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    await this.#time.wait(this.#random.exponential(this.manner.commitMs))
    if (host.isDead && this.#random.chance(0.5)) {
      this.#coverage.saw('commit lost with its node')
      return []
    }
    if (host.isDead) this.#coverage.saw('commit that its node never heard of')
    if (this.manner.isAway || this.manner.isFull) {
      this.#coverage.saw('commit refused by the store')
      return batch.map(() => refused('unavailable', 'unable to write; the store cannot commit now'))
    }
    this.#source.host = host
    return this.#heard(await this.truth.commit(batch))
  }

  #heard(outcomes: readonly Outcome[]): readonly Outcome[] {
    for (const outcome of outcomes) if (outcome.ok) this.members.take(outcome.roomId, outcome.events)
    return outcomes
  }

  async #read(host: SimHost, read: () => unknown): Promise<unknown> {
    await this.#time.wait(this.#random.exponential(this.manner.readMs))
    if (host.isDead) return new Promise(() => {})
    if (this.manner.isAway) throw new StoreUnavailable('read', 'the store is away')
    this.#source.host = host
    const answer = await read()
    return new Promise(resolve => host.run(() => resolve(answer)))
  }
}

/** Stamps by the clock of the node whose commit it is. */
class StoreClock implements StampSource {
  host: SimHost | null = null
  readonly clock = { wallMs: () => this.host?.clock.wallMs() ?? BEGINNING_MS }
  readonly random: { bytes(count: number): Uint8Array }

  constructor(random: SimRandom) {
    const stamps = random.fork('stamps')
    this.random = { bytes: count => stamps.bytes(count) }
  }
}
