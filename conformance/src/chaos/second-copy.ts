import { OPCODE, writeFrame } from './frame.ts'
import { type FrameUnit, MAX_UNIT_BYTES, type Unit } from './unit.ts'

/** Gathers a message frame by frame, to be sent once more as a whole. One over `MAX_UNIT_BYTES` is not sent again. */
export class SecondCopy {
  readonly #opcode: number
  readonly #payloads: Buffer[] = []
  #bytes = 0
  #isOver = false

  /** @param first the message's first frame; one that continues a message begins none */
  constructor({ opcode }: FrameUnit) {
    this.#opcode = opcode
    this.#isOver = opcode === OPCODE.continuation
  }

  /** Whether nothing more is to be added. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Takes what has gone by, the first frame included; the copy, when the message is complete with it. */
  add(unit: Unit): Buffer | undefined {
    if (unit.kind === 'control' || this.#isOver) return undefined
    this.#bytes += unit.bytes.length
    this.#isOver = unit.kind !== 'frame' || unit.fin || this.#bytes > MAX_UNIT_BYTES
    if (unit.kind !== 'frame' || this.#bytes > MAX_UNIT_BYTES) return undefined
    this.#payloads.push(unit.payload)
    if (!unit.fin) return undefined
    return writeFrame({ opcode: this.#opcode, payload: Buffer.concat(this.#payloads), masked: unit.masked })
  }
}
