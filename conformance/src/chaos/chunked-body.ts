const LINE_END = '\r\n'

/** Finds the end of a chunked body (RFC 9112 §7.1) that is still arriving; looks at no byte of a chunk twice. */
export class ChunkedBody {
  #position: number
  #trailer = false

  /** @param start where the body begins in the message that `end` is given */
  constructor(start: number) {
    this.#position = start
  }

  /** The position behind the body's last byte, once the message reaches so far. */
  end(message: Buffer): number | undefined {
    for (;;) {
      const lineEnd = message.indexOf(LINE_END, this.#position)
      if (lineEnd < 0) return undefined
      const line = message.toString('latin1', this.#position, lineEnd)
      const behind = lineEnd + LINE_END.length
      if (this.#trailer) {
        this.#position = behind
        if (line === '') return behind
      } else {
        const size = Number.parseInt(line, 16)
        if (size > 0 && message.length < behind + size + LINE_END.length) return undefined
        this.#position = size > 0 ? behind + size + LINE_END.length : behind
        this.#trailer = !(size > 0)
      }
    }
  }
}
