/**
 * A text message that goes to many connections: its bytes are made once, framing included, and every connection writes the
 * same ones.
 */
export class SharedText {
  readonly text: string
  #frame: Buffer | null = null

  constructor(text: string) {
    this.text = text
  }

  /** The message as one unmasked WebSocket frame. Nobody may change it. */
  get frame(): Buffer {
    this.#frame ??= textFrame(this.text)
    return this.#frame
  }
}

const FIN_AND_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** `text`, of `length` bytes in UTF-8, as one unmasked, final WebSocket text frame (RFC 6455 §5.2), as a server sends it. */
export function textFrame(text: string, length = Buffer.byteLength(text)): Buffer {
  const header = length < LENGTH_16 ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = FIN_AND_TEXT
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, header)
  return frame
}
