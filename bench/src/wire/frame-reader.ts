import { inflated } from './inflated.ts'

/** What a server's frame is, by its opcode (RFC 6455 §5.2). */
export const OPCODE = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const

/** How many bytes of a long frame's beginning and end are kept for a reader who wants no more. */
export const HEAD_BYTES = 256
export const TAIL_BYTES = 2_048

/** Who is told of frames. The buffers are valid during the call alone: the next read writes over them. */
export interface FrameSink {
  /** Whether this frame's payload is wanted whole, or its edges are enough. Asked at each frame's start. */
  readonly wantsWhole: boolean
  /** A data frame, whole. */
  onWhole(payload: Buffer): void
  /**
   * A data frame by its edges: at least the first HEAD_BYTES and the last TAIL_BYTES of it. Of a frame that came in one piece both
   * are the payload itself.
   */
  onEdges(head: Buffer, tail: Buffer, length: number): void
  /** A ping, pong or close, whole. */
  onControl(opcode: number, payload: Buffer): void
}

/** Longest header of a server's frame: two bytes and a length of 64 bits. A server does not mask. */
const MAX_HEADER = 10
const FIN = 0x80
/** Under permessage-deflate: this message is compressed. */
const RSV1 = 0x40
const MASKED = 0x80

/**
 * Cuts a server's bytes into frames. What is read whole is copied only when it came in pieces; what is not is skipped: a frame
 * of 100 KB costs as much as one of 100 bytes.
 */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #header = Buffer.alloc(MAX_HEADER)
  #headerLength = 0
  /** Of the frame that is being read; its length is -1 while there is none. */
  #opcode = 0
  #isDeflated = false
  /** Read whole only because it is compressed: its edges are wanted. */
  #isForEdges = false
  #length = -1
  #taken = 0
  #pieces: Buffer[] | null = null
  #head: Buffer | null = null
  #tail: Buffer = Buffer.alloc(0)

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Takes the next bytes of the stream. */
  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length || this.#isEmptyFrame()) {
      if (this.#length < 0) {
        at = this.#takeHeader(bytes, at)
        continue
      }
      const end = Math.min(bytes.length, at + this.#length - this.#taken)
      this.#takePayload(bytes.subarray(at, end))
      at = end
    }
  }

  #isEmptyFrame(): boolean {
    return this.#length === 0
  }

  /** Where the payload begins, or the end of `bytes` when the header goes on beyond it. */
  #takeHeader(bytes: Buffer, from: number): number {
    let at = from
    while (at < bytes.length) {
      this.#header[this.#headerLength++] = bytes[at++] ?? 0
      if (this.#headerLength < 2 || this.#headerLength < this.#headerNeeded()) continue
      this.#begin()
      break
    }
    return at
  }

  #headerNeeded(): number {
    const short = (this.#header[1] ?? 0) & 0x7f
    return short === 126 ? 4 : short === 127 ? 10 : 2
  }

  #begin(): void {
    const [first = 0, second = 0] = this.#header
    if ((first & FIN) === 0 || (second & MASKED) !== 0 || (first & 0x0f) === 0) {
      throw new Error('unable to count; the server sent a masked frame or one in fragments')
    }
    this.#opcode = first & 0x0f
    const short = second & 0x7f
    if (short === 126) this.#length = this.#header.readUInt16BE(2)
    else if (short === 127) this.#length = Number(this.#header.readBigUInt64BE(2))
    else this.#length = short
    this.#headerLength = 0
    this.#taken = 0
    this.#isDeflated = (first & RSV1) !== 0
    const wantsWhole = this.#sink.wantsWhole || this.#opcode >= OPCODE.close
    this.#isForEdges = this.#isDeflated && !wantsWhole
    this.#pieces = wantsWhole || this.#isDeflated ? [] : null
    this.#head = null
  }

  #takePayload(part: Buffer): void {
    const isFirst = this.#taken === 0
    this.#taken += part.length
    const isLast = this.#taken === this.#length
    if (this.#pieces !== null) this.#takeWhole(this.#pieces, part, isLast)
    else if (isFirst && isLast) this.#end(() => this.#sink.onEdges(part, part, part.length))
    else this.#takeEdges(part, isLast)
  }

  #takeWhole(pieces: Buffer[], part: Buffer, isLast: boolean): void {
    if (!isLast) {
      pieces.push(Buffer.from(part))
      return
    }
    const whole = pieces.length === 0 ? part : Buffer.concat([...pieces, part])
    const [opcode, isForEdges] = [this.#opcode, this.#isForEdges]
    const payload = this.#isDeflated ? inflated(whole) : whole
    this.#end(() => {
      if (opcode >= OPCODE.close) this.#sink.onControl(opcode, payload)
      else if (isForEdges) this.#sink.onEdges(payload, payload, payload.length)
      else this.#sink.onWhole(payload)
    })
  }

  #takeEdges(part: Buffer, isLast: boolean): void {
    const head = this.#head
    if (head === null) this.#head = Buffer.from(part.subarray(0, HEAD_BYTES))
    else if (head.length < HEAD_BYTES) this.#head = Buffer.concat([head, part.subarray(0, HEAD_BYTES - head.length)])
    this.#tail =
      part.length >= TAIL_BYTES
        ? Buffer.from(part.subarray(-TAIL_BYTES))
        : Buffer.concat([this.#tail.subarray(-(TAIL_BYTES - part.length)), part])
    if (!isLast) return
    const [first, tail, length] = [this.#head ?? part, this.#tail, this.#length]
    this.#tail = Buffer.alloc(0)
    this.#end(() => this.#sink.onEdges(first, tail, length))
  }

  /** The frame is over before its reader is told: what it throws leaves nothing half read. */
  #end(tell: () => void): void {
    this.#length = -1
    this.#pieces = null
    tell()
  }
}
