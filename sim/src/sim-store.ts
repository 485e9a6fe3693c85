import { isRetryable } from '@holdfast/protocol'
import type { LogCommand, Outcome, RoomLog } from '@holdfast/server/testing'
import { createMemoryLog, refused, StoreUnavailable } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { Ledger } from './ledger.ts'
import { SimDisk } from './sim-disk.ts'
import { SimGate } from './sim-gate.ts'
import { BEGINNING_MS, type SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import { SimStamps } from './sim-stamps.ts'
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

/** What a store is made of. */
export interface StoreParts {
  readonly time: SimTime
  readonly random: SimRandom
  readonly coverage: Coverage
  readonly manner: StoreManner
  readonly ledger: Ledger
  /** A message was refused for good. Whoever sent it may never hear of it, send it again later, and find it taken. */
  readonly onRefused: (userId: string, clientId: string) => void
}

/** A commit that has begun. */
interface UnderWay {
  readonly host: SimHost
  readonly batch: readonly LogCommand[]
  /** From then on it is written, though not synced. */
  readonly writtenAtMs: number
  /** The power was lost, or a backup took the store's place, before it was synced; and this has become of it. */
  cutOff: readonly Outcome[] | null
}

/**
 * The store of a simulated world, one for all nodes. A commit is written, then synced, and there for readers from then on; while it
 * is not synced the power may be lost, and then it is there whole or not at all. Whoever asked for it hears of it afterwards, unless
 * it is dead by then.
 */
export class SimStore {
  readonly manner: StoreManner
  /** What is durable, for whoever is told of anything. */
  readonly ledger: Ledger
  readonly #time: SimTime
  /** Of what has been there from the first, and of what came later: each draws without changing the other. */
  readonly #random: SimRandom
  readonly #luck: SimRandom
  readonly #coverage: Coverage
  readonly #onRefused: StoreParts['onRefused']
  readonly #disk = new SimDisk()
  readonly #power = new SimGate()
  readonly #lock = new SimGate()
  #stamps: SimStamps
  #log: RoomLog
  #incarnation = 0
  #rooms = 0
  #turn: Promise<void> = Promise.resolve()
  #underWay: UnderWay | null = null
  #ambush: (() => void) | null = null

  constructor({ time, random, coverage, manner, ledger, onRefused }: StoreParts) {
    this.#time = time
    this.#random = random
    this.#luck = random.fork('luck')
    this.#coverage = coverage
    this.manner = manner
    this.ledger = ledger
    this.#onRefused = onRefused
    this.#stamps = new SimStamps(random, 0, 0, () => BEGINNING_MS)
    this.#log = createMemoryLog({ platform: this.#stamps })
  }

  /** What the log holds, for whoever checks the world: no delay, no fault. */
  get truth(): RoomLog {
    return this.#log
  }

  /** Transactions that a backup could have taken place before: all but those that made the rooms. */
  get changes(): number {
    return this.#disk.written.length - this.#rooms
  }

  /** Makes a room, before the world begins. */
  async create(command: LogCommand): Promise<void> {
    this.#rooms++
    await this.#decide([command], BEGINNING_MS)
    this.#disk.sync()
  }

  /** The store as one node reaches it. */
  of(host: SimHost): RoomLog {
    return new Proxy(this.#log, {
      get: (_, name) => {
        if (name === 'commit') return (batch: readonly LogCommand[]) => this.#commit(host, batch)
        if (name === 'close') return async () => {}
        if (typeof Reflect.get(this.#log, name) !== 'function') return undefined
        return (...request: unknown[]) => this.#read(host, name, request)
      },
    })
  }

  /** Others have it for themselves: what would be written waits, what is there can be read. */
  lock(): void {
    this.#lock.shut()
  }

  unlock(): void {
    this.#lock.open()
  }

  /** Has something happen at some moment of the next commit. */
  ambush(happen: () => void): void {
    this.#ambush = happen
  }

  /** The machine of the store has no power until `returnPower`. */
  async losePower(): Promise<void> {
    this.#power.shut()
    this.#coverage.saw('power lost')
    const interrupted = this.#underWay
    const isWritten = interrupted !== null && this.#time.nowMs >= interrupted.writtenAtMs && this.#luck.chance(0.5)
    if (this.#disk.losePower() > 0) await this.#replay()
    if (interrupted === null) return
    this.#coverage.saw(isWritten ? 'ambiguous commit that was written' : 'ambiguous commit that was not')
    const { batch, host } = interrupted
    interrupted.cutOff = isWritten ? await this.#decide(batch, host.clock.wallMs()) : batch.map(away)
    this.#disk.sync()
  }

  returnPower(): void {
    this.#power.open()
  }

  /** A backup that lacks the last `lost` transactions takes the place of what is there. Its rooms' logs have epochs of their own. */
  async goBack(lost: number): Promise<void> {
    if (this.#underWay !== null) this.#underWay.cutOff = this.#underWay.batch.map(away)
    this.#disk.goBack(this.#rooms + Math.max(0, this.changes - lost))
    this.#incarnation++
    await this.#replay()
  }

  /** Changes what is there by hand, while no node runs. */
  async amend(commands: readonly LogCommand[]): Promise<void> {
    await this.#decide(commands, BEGINNING_MS + this.#time.nowMs)
    this.#disk.sync()
  }

  /** Everything works again. */
  heal(): void {
    Object.assign(this.manner, { isFull: false, isAway: false })
    this.#ambush = null
    this.#power.open()
    this.#lock.open()
  }

  /** Commits of all nodes come one after the other. */
  #commit(host: SimHost, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    return new Promise(resolve => {
      const answer = (outcomes: readonly Outcome[]) => host.run(() => resolve(outcomes))
      this.#turn = this.#turn.then(() => this.#write(host, batch, answer))
    })
  }

  async #write(
    host: SimHost,
    batch: readonly LogCommand[],
    answer: (outcomes: readonly Outcome[]) => void,
  ): Promise<void> {
    if (this.#lock.isShut) {
      this.#coverage.saw('commit that waited for a lock')
      await this.#lock.passed()
    }
    const tookMs = this.#random.exponential(this.manner.commitMs)
    const writtenAtMs = this.#time.nowMs + tookMs * this.#luck.fraction()
    const underWay: UnderWay = { host, batch, writtenAtMs, cutOff: null }
    this.#underWay = underWay
    if (this.#ambush !== null) this.#time.after(tookMs * this.#luck.fraction(), this.#ambush)
    this.#ambush = null
    await this.#time.wait(tookMs)
    this.#underWay = null
    const { cutOff } = underWay
    // The link to it is gone in the middle of the commit: it is read back before it is answered.
    if (cutOff === null) answer(await this.#finish(host, batch))
    else void this.#power.passed().then(() => answer(cutOff))
  }

  async #finish(host: SimHost, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    if (host.isDead && this.#random.chance(0.5)) {
      this.#coverage.saw('commit lost with its node')
      return []
    }
    if (host.isDead) this.#coverage.saw('commit that its node never heard of')
    if (this.manner.isAway || this.manner.isFull || this.#power.isShut) {
      this.#coverage.saw('commit refused by the store')
      return batch.map(away)
    }
    const outcomes = await this.#decide(batch, host.clock.wallMs())
    this.#disk.sync()
    return outcomes
  }

  /** Decides a transaction, and writes what was decided. */
  async #decide(batch: readonly LogCommand[], wallMs: number): Promise<readonly Outcome[]> {
    this.#stamps.wallMs = () => wallMs
    const outcomes = await this.#log.commit(batch)
    this.#disk.write(batch, outcomes, wallMs)
    this.ledger.take(batch, outcomes)
    for (const [i, outcome] of outcomes.entries()) {
      const command = batch[i]
      const isForGood = !outcome.ok && !isRetryable(outcome.refusal.code)
      if (isForGood && command?.kind === 'message.send') this.#onRefused(command.actor.userId, command.clientId)
    }
    return outcomes
  }

  /** The log anew, of nothing but what the disk holds. */
  async #replay(): Promise<void> {
    let wallMs = BEGINNING_MS
    const stamps = new SimStamps(this.#random, this.#incarnation, this.#rooms, () => wallMs)
    const log = createMemoryLog({ platform: stamps })
    this.ledger.clear()
    for (const written of this.#disk.written) {
      wallMs = written.wallMs
      this.ledger.take(written.commands, await log.commit(written.commands))
    }
    this.#stamps = stamps
    this.#log = log
  }

  async #read(host: SimHost, name: string | symbol, request: readonly unknown[]): Promise<unknown> {
    await this.#time.wait(this.#random.exponential(this.manner.readMs))
    if (host.isDead) return new Promise(() => {})
    if (this.manner.isAway || this.#power.isShut) throw new StoreUnavailable('read', 'the store is away')
    this.#stamps.wallMs = () => host.clock.wallMs()
    const log = this.#log
    const answer: unknown = await Reflect.apply(Reflect.get(log, name), log, request)
    return new Promise(resolve => host.run(() => resolve(answer)))
  }
}

function away(): Outcome {
  return refused('unavailable', 'unable to write; the store cannot commit now')
}
