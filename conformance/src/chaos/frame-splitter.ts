import { ByteQueue } from './byte-queue.ts'
import { headerOf, MAX_HEADER_BYTES, readFrame } from './frame.ts'
import { MAX_UNIT_BYTES, type Splitter, type Unit } from './unit.ts'

/**
 * Takes one direction of a WebSocket apart into its frames, however its bytes were cut on the way. Judges nothing: frames
 * that the RFC forbids go by as they are. A frame over the limit comes as parts.
 */
export class FrameSplitter implements Splitter {
  readonly #bytes = new ByteQueue()
  readonly #limit: number
  /** Bytes still to come of a frame over the limit. */
  #long = 0

  /** @param limit bytes of a frame that is given as a whole */
  constructor(limit: number = MAX_UNIT_BYTES) {
    this.#limit = limit
  }

  push(chunk: Buffer): Unit[] {
    this.#bytes.push(chunk)
    const units: Unit[] = []
    for (let unit = this.#next(); unit !== undefined; unit = this.#next()) units.push(unit)
    return units
  }

  rest(): Buffer {
    return this.#bytes.take(this.#bytes.length)
  }

  #next(): Unit | undefined {
    if (this.#long > 0) return this.#part()
    const header = headerOf(this.#bytes.peek(MAX_HEADER_BYTES))
    if (header === undefined) return undefined
    const length = header.headerBytes + header.payloadBytes
    if (length > this.#limit) {
      this.#long = length
      return this.#part()
    }
    return this.#bytes.length < length ? undefined : readFrame(this.#bytes.take(length))
  }

  #part(): Unit | undefined {
    const bytes = this.#bytes.take(this.#long)
    this.#long -= bytes.length
    return bytes.length === 0 ? undefined : { kind: 'part', bytes }
  }
}
