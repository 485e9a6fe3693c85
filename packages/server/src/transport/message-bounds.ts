const FIN = 0x80
const OPCODE = 0x0f
const FIRST_CONTROL_OPCODE = 0x8
const MASKED = 0x80
const LENGTH = 0x7f
const LENGTH_16 = 126
const LENGTH_64 = 127
const MASK_BYTES = 4
/** Two bytes, eight of length: what follows them, the mask, is skipped like the payload. */
const MAX_HEAD_BYTES = 10

/**
 * Follows the bytes of a peer from frame to frame (RFC 6455 §5.2), to know whether they end within a message.
 *
 * `ws` tells of messages once they are whole and of those that never will be says nothing. Only heads are looked at and nothing
 * is kept but one of them. What breaks the rules is for `ws` to refuse: from then on what is told here means nothing.
 */
export class MessageBounds {
  readonly #head = new Uint8Array(MAX_HEAD_BYTES)
  #headBytes = 0
  /** Bytes of the frame under way that are still to come, once its head is known. */
  #left = 0
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
        this.#head[this.#headBytes++] = bytes[at++] ?? 0
        if (this.#headBytes >= 2 && this.#headBytes === headBytesOf(this.#head)) this.#begin()
      }
      if (this.#isInFrame && this.#left === 0) this.#end()
    }
  }

  #begin(): void {
    this.#isInFrame = true
    this.#left = payloadBytesOf(this.#head) + ((byteOf(this.#head, 1) & MASKED) === 0 ? 0 : MASK_BYTES)
    this.#headBytes = 0
  }

  #end(): void {
    this.#isInFrame = false
    const first = byteOf(this.#head, 0)
    if ((first & OPCODE) < FIRST_CONTROL_OPCODE) this.#isInMessage = (first & FIN) === 0
    if (!this.#isInMessage) this.#ended++
  }
}

function headBytesOf(head: Uint8Array): number {
  const length = byteOf(head, 1) & LENGTH
  return length === LENGTH_64 ? 10 : length === LENGTH_16 ? 4 : 2
}

function payloadBytesOf(head: Uint8Array): number {
  const length = byteOf(head, 1) & LENGTH
  if (length < LENGTH_16) return length
  let bytes = 0
  for (let at = 2; at < headBytesOf(head); at++) bytes = bytes * 256 + byteOf(head, at)
  return bytes
}

function byteOf(head: Uint8Array, at: number): number {
  return head[at] ?? 0
}
