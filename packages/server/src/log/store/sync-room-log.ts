import type { LogCommand } from '../command.ts'
import { BatchLanes } from '../decide/batch-lanes.ts'
import { decide } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import type { Outcome } from '../outcome.ts'
import type { RoomLog } from '../room-log.ts'
import type { Stamper } from '../stamper.ts'
import { apply } from './apply.ts'
import { DamagedRow } from './damaged-row.ts'
import { isAway, outcomeOf, refuseDamaged, refuseUnavailable } from './fault-outcome.ts'
import type { WriteRows } from './rows.ts'
import { SyncRoomReads, type SyncRoomReadsParts } from './sync-room-reads.ts'
import type { SyncStore } from './sync-store.ts'

/** What a log that keeps its rows in a `SyncStore` is made of. */
export interface SyncRoomLogParts extends SyncRoomReadsParts {
  readonly store: SyncStore
}

/** The `RoomLog` of every store that answers at once: it decides and applies; the store keeps rows. */
export class SyncRoomLog extends SyncRoomReads implements RoomLog {
  readonly #store: SyncStore
  readonly #stamper: Stamper
  readonly #onFault: (fault: unknown) => void

  constructor(parts: SyncRoomLogParts) {
    super(parts)
    this.#store = parts.store
    this.#stamper = parts.stamper
    this.#onFault = parts.onFault ?? (() => {})
  }

  /**
   * One transaction. When it fails for what one command asks of the store, it is rolled back and each command gets a
   * transaction of its own, so that only the guilty one is refused; when it fails because the store cannot write, all
   * are.
   */
  async commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    if (!this.#store.canRollBack) return this.#commitEach(batch)
    try {
      return this.#transact(batch, new BatchLanes())
    } catch (fault) {
      this.#onFault(fault)
      if (isAway(fault)) return batch.map(() => refuseUnavailable())
      return this.#commitEach(batch)
    }
  }

  #commitEach(batch: readonly LogCommand[]): readonly Outcome[] {
    const lanes = new BatchLanes()
    return batch.map(command => {
      try {
        return this.#transact([command], lanes)[0] ?? refuseUnavailable()
      } catch (fault) {
        this.#onFault(fault)
        const outcome = outcomeOf(fault)
        lanes.settle(command, outcome)
        return outcome
      }
    })
  }

  #transact(batch: readonly LogCommand[], lanes: BatchLanes): readonly Outcome[] {
    return this.#store.write(rows => batch.map(command => this.#perform(command, rows, lanes)))
  }

  #perform(command: LogCommand, rows: WriteRows, lanes: BatchLanes): Outcome {
    const decision = this.#decide(command, rows, lanes)
    apply(decision, rows)
    lanes.settle(command, decision.outcome)
    return decision.outcome
  }

  /** Deciding writes nothing: a command about a damaged row is refused alone, and its batch goes on in one transaction. */
  #decide(command: LogCommand, rows: WriteRows, lanes: BatchLanes): Decision {
    try {
      return decide(command, { facts: rows, stamper: this.#stamper }, lanes.of)
    } catch (fault) {
      if (!(fault instanceof DamagedRow)) throw fault
      this.#onFault(fault)
      return { outcome: refuseDamaged(), rows: [] }
    }
  }
}
