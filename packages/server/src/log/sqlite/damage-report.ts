import { DamagedRow } from '../store/damaged-row.ts'
import { StoreFault } from '../store/sync-store.ts'

/** Rows that are named to the operator, at most. A disk that has spoiled so many needs no further line. */
export const MAX_DAMAGE_TOLD = 1_000

/**
 * Hands on what an operator is to be told. A damaged row is met again by everybody who reads where it lies, as often as they
 * like: each is told of once for as long as the process runs.
 */
export class DamageReport {
  readonly #onFault: (fault: unknown) => void
  readonly #told = new Set<string>()

  constructor(onFault: (fault: unknown) => void) {
    this.#onFault = onFault
  }

  readonly tell = (fault: unknown): void => {
    const damage = fault instanceof StoreFault ? fault.cause : fault
    if (damage instanceof DamagedRow) {
      if (this.#told.has(damage.subject) || this.#told.size >= MAX_DAMAGE_TOLD) return
      this.#told.add(damage.subject)
    }
    this.#onFault(fault)
  }
}
