import { isRetryable } from '@holdfast/protocol'
import type { LogCommand, Outcome, RoomLog } from '@holdfast/server/testing'
import type { Ledger } from './ledger.ts'
import { type PowerLoss, SimDisk, type Written } from './sim-disk.ts'
import { BEGINNING_MS } from './sim-host.ts'
import { SimLog } from './sim-log.ts'
import type { SimRandom } from './sim-random.ts'

/** What a volume is made of. */
export interface VolumeParts {
  readonly random: SimRandom
  /** Told of what is synced, and of nothing else. */
  readonly ledger: Ledger
  /** A message was refused for good. Whoever sent it may never hear of it, send it again later, and find it taken. */
  readonly onRefused: (userId: string, clientId: string) => void
}

/** A transaction that is written and not synced, and what has become of each of its commands. */
export interface Decided {
  readonly written: Written
  readonly outcomes: readonly Outcome[]
}

/** What the store's machine keeps: a disk, all that is written as the next transaction is decided by it, and what is synced as readers see it. */
export class SimVolume {
  readonly #parts: VolumeParts
  readonly #disk = new SimDisk()
  #decided: SimLog
  #shown: SimLog
  #incarnation = 0
  #rooms = 0

  constructor(parts: VolumeParts) {
    this.#parts = parts
    this.#decided = this.#empty()
    this.#shown = this.#empty()
  }

  /** What readers see. */
  get shown(): RoomLog {
    return this.#shown.rooms
  }

  /** Whoever reads next has this clock. */
  readAt(wallMs: () => number): void {
    this.#shown.readAt(wallMs)
  }

  /** Transactions that a backup could have taken place before: all but those that made the rooms. */
  get changes(): number {
    return this.#disk.written.length - this.#rooms
  }

  /** Makes a room, before anything else is written. */
  async create(command: LogCommand): Promise<void> {
    this.#rooms++
    await this.sync(await this.write([command], BEGINNING_MS))
  }

  /** Decides a transaction, and writes what was decided. No reader sees it, and the power can take it. */
  async write(batch: readonly LogCommand[], wallMs: number): Promise<Decided> {
    const outcomes = await this.#decided.commit(batch, wallMs)
    for (const [i, outcome] of outcomes.entries()) {
      const command = batch[i]
      const isForGood = !outcome.ok && !isRetryable(outcome.refusal.code)
      if (isForGood && command?.kind === 'message.send') this.#parts.onRefused(command.actor.userId, command.clientId)
    }
    const done = batch.filter((_, i) => outcomes[i]?.ok)
    return { written: this.#disk.write(done, wallMs), outcomes }
  }

  /** A transaction is durable from now on, with all before it, and there for readers, as it was decided. */
  async sync({ written, outcomes }: Decided): Promise<void> {
    this.#disk.sync()
    await this.show(written)
    const done = outcomes.filter(({ ok }) => ok)
    this.#parts.ledger.take(written.commands, done)
  }

  /** A transaction is there for readers. What has become of its commands there, which is what was decided. */
  show({ commands, wallMs }: Written): Promise<readonly Outcome[]> {
    return this.#shown.commit(commands, wallMs)
  }

  /** A transaction could not be synced: it is as if it had never been written. */
  async takeBack({ written }: Decided): Promise<void> {
    this.#disk.takeBack(written)
    this.#decided = this.#empty()
    for (const { commands, wallMs } of this.#disk.written) await this.#decided.commit(commands, wallMs)
  }

  /** Whether a transaction is there, as it was written. */
  holds({ written }: Decided): boolean {
    return this.#disk.written.includes(written)
  }

  /** The power is gone. What that has done is to be seen when it is opened again. */
  losePower(random: SimRandom): PowerLoss {
    return this.#disk.losePower(random)
  }

  /** Opens it after the power was lost: there is nothing but what the disk holds whole. How many transactions were cut as they are not. */
  async reopen(): Promise<number> {
    const cut = this.#disk.reopen()
    await this.#replay()
    return cut
  }

  /** A backup that lacks the last `lost` transactions takes the place of what is there. Its rooms' logs have epochs of their own. */
  async goBack(lost: number): Promise<void> {
    this.#disk.reopen()
    this.#disk.goBack(this.#rooms + Math.max(0, this.changes - lost))
    this.#incarnation++
    await this.#replay()
  }

  async #replay(): Promise<void> {
    this.#decided = this.#empty()
    this.#shown = this.#empty()
    this.#parts.ledger.clear()
    for (const written of this.#disk.written) {
      await this.#decided.commit(written.commands, written.wallMs)
      this.#parts.ledger.take(written.commands, await this.show(written))
    }
  }

  #empty(): SimLog {
    return new SimLog(this.#parts.random, this.#incarnation, this.#rooms)
  }
}
