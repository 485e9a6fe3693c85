import { SimGate } from './sim-gate.ts'

/** What is wrong with the store for as long as it lasts, but for the power, which takes something with it. */
export class StoreTroubles {
  readonly power = new SimGate()
  /** The way to it: when it is shut nothing can be read or written, and of what is written already nobody hears. */
  readonly way = new SimGate()
  /** When it is shut others have the store for themselves: what would be written waits, what is there can be read. */
  readonly lock = new SimGate()
  /** Nothing more can be written. */
  isFull = false

  /** Whether nothing can be read. */
  get isOutOfReach(): boolean {
    return this.power.isShut || this.way.isShut
  }

  /** Why nothing can be written; null: it can. */
  get refusal(): string | null {
    if (this.power.isShut) return 'without power'
    if (this.way.isShut) return 'away'
    return this.isFull ? 'full' : null
  }

  /** Nothing is wrong, but for the power. */
  heal(): void {
    this.isFull = false
    this.way.open()
    this.lock.open()
  }
}
