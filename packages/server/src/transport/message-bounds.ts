const FIN = 0x80
const OPCODE = 0x0f
const FIRST_CONTROL_OPCODE = 0x8
const MASKED = 0x80
const LENGTH = 0x7f
const LENGTH_16 = 126
const MASK_BYTES = 4
/** Bytes of a head up to its length and with it, by how long the length is. */
const HEAD_BYTES = 2
const HEAD_16_BYTES = 4
const HEAD_64_BYTES = 10

/**
 * Follows the bytes of a peer from frame to frame (RFC 6455 §5.2), to know whether they end within a message.
 *
 * `ws` tells of messages once they are whole and of those that never will be says nothing. Only heads are looked at and nothing
 * is kept but a few numbers. What breaks the rules is for `ws` to refuse: from then on what is told
 * here means nothing.
 */
export class MessageBounds {
  /** How much of a head has come, and where it ends as far as is known. */
  #headBytes = 0
  #headEnd = HEAD_BYTES
  /** The first byte of the frame under way. */
  #first = 0
  /** Bytes of the frame under way that are still to come: as far as its head has told, and all of them once it is whole. */
  #left = 0
  #isMasked = false
  #isInFrame = false
  /** A message has begun in fragments, and its last one has not ended. Control frames may come in between. */
  #isInMessage = false
  #ended = 0

  /** Whether a message, or a control frame, has begun and not ended. */
  get isWithin(): boolean {
    return this.#isInMessage || this.#isInFrame || this.#headBytes > 0
  }

  /** How many messages, and control frames between messages, have ended so far. */
  get ended(): number {
    return this.#ended
  }

  /** The next bytes have come. */
  take(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#isInFrame) {
        const taken = Math.min(this.#left, bytes.length - at)
        this.#left -= taken
        at += taken
      } else {
        this.#takeHead(bytes[at++] ?? 0)
      }
      if (this.#isInFrame && this.#left === 0) this.#end()
    }
  }

  #takeHead(byte: number): void {
    this.#headBytes++
    if (this.#headBytes === 1) this.#first = byte
    else if (this.#headBytes === HEAD_BYTES) this.#takeLength(byte)
    else this.#left = this.#left * 256 + byte
    if (this.#headBytes < this.#headEnd) return
    this.#headBytes = 0
    this.#headEnd = HEAD_BYTES
    this.#isInFrame = true
    if (this.#isMasked) this.#left += MASK_BYTES
  }

  #takeLength(byte: number): void {
    const length = byte & LENGTH
    this.#isMasked = (byte & MASKED) !== 0
    this.#left = length < LENGTH_16 ? length : 0
    if (length >= LENGTH_16) this.#headEnd = length === LENGTH_16 ? HEAD_16_BYTES : HEAD_64_BYTES
  }

  #end(): void {
    this.#isInFrame = false
    if ((this.#first & OPCODE) < FIRST_CONTROL_OPCODE) this.#isInMessage = (this.#first & FIN) === 0
    if (!this.#isInMessage) this.#ended++
  }
}

/**
 * Whether these bytes, which begin where a frame may, are whole messages and control frames: no state is needed between them and what comes next.
 * False also for a frame of 64 KB and more, which `MessageBounds` can tell.
 */
export function areWholeMessages(bytes: Uint8Array): boolean {
  let at = 0
  let isInMessage = false
  while (at < bytes.length) {
    const first = bytes[at] ?? 0
    const second = bytes[at + 1] ?? 0
    const short = second & LENGTH
    if (short > LENGTH_16) return false
    const length = short < LENGTH_16 ? short : (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0)
    const head = short < LENGTH_16 ? HEAD_BYTES : HEAD_16_BYTES
    at += head + ((second & MASKED) === 0 ? 0 : MASK_BYTES) + length
    if ((first & OPCODE) < FIRST_CONTROL_OPCODE) isInMessage = (first & FIN) === 0
  }
  return at === bytes.length && !isInMessage
}
