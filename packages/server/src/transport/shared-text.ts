import { deflated } from './deflated.ts'

/**
 * A text message that goes to many connections: its bytes are made once, framing included, and every connection writes the
 * same ones.
 */
export class SharedText {
  readonly text: string
  readonly #mayDeflate: boolean
  #frame: Buffer | null = null
  #deflatedFrame: Buffer | null = null

  /**
   * `mayDeflate`: it may be compressed for those who have settled on that. Only for what is of one room alone: how small a text becomes tells
   * whether two parts of it are alike, and who writes one of them must not learn of what they may not read.
   */
  constructor(text: string, mayDeflate = false) {
    this.text = text
    this.#mayDeflate = mayDeflate
  }

  /** The message as one unmasked WebSocket frame. Nobody may change it. */
  get frame(): Buffer {
    this.#frame ??= textFrame(this.text)
    return this.#frame
  }

  /** The same for a connection that inflates: compressed where it may be and is worth it, once for all of them. */
  get deflatedFrame(): Buffer {
    this.#deflatedFrame ??= this.#mayDeflate ? deflatedTextFrame(this.frame) : this.frame
    return this.#deflatedFrame
  }
}

const FIN_AND_TEXT = 0x81
/** The message is compressed (RFC 7692 §6). */
const RSV1 = 0x40
const LENGTH_16 = 126
const LENGTH_64 = 127

/** `text`, of `length` bytes in UTF-8, as one unmasked, final WebSocket text frame (RFC 6455 §5.2), as a server sends it. */
export function textFrame(text: string, length = Buffer.byteLength(text)): Buffer {
  const frame = frameOf(FIN_AND_TEXT, length)
  frame.write(text, frame.length - length)
  return frame
}

function deflatedTextFrame(plain: Buffer): Buffer {
  const payload = deflated(plain.subarray(headerLength(plain)))
  if (payload === null) return plain
  const frame = frameOf(FIN_AND_TEXT | RSV1, payload.length)
  payload.copy(frame, frame.length - payload.length)
  return frame
}

/** A frame with its header, and room for so many bytes behind it. */
function frameOf(first: number, length: number): Buffer {
  const header = length < LENGTH_16 ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = first
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  return frame
}

function headerLength(frame: Buffer): number {
  const short = frame[1] ?? 0
  return short === LENGTH_64 ? 10 : short === LENGTH_16 ? 4 : 2
}
