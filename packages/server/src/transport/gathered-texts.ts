/** What an array adds around its elements, and between two of them. */
const BRACKETS = 2
const COMMA = 1

/**
 * Texts that go to one connection in one go: several of them become one JSON array, which costs the peer one message.
 *
 * Each is JSON by itself. The array is made once, when it is taken.
 */
export class GatheredTexts {
  /** Joined already: a rope, which is flattened when its bytes are made. */
  #joined = ''
  #count = 0
  #bytes = 0

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** How long the message would be that `take` gives now, in bytes of UTF-8. */
  get bytes(): number {
    return this.#count > 1 ? this.#bytes + BRACKETS : this.#bytes
  }

  /** Whether one more of so many bytes keeps the message within `limit`. The first always does: it is sent as it is. */
  hasRoomFor(bytes: number, limit: number): boolean {
    return this.#count === 0 || this.#bytes + COMMA + bytes + BRACKETS <= limit
  }

  /** `bytes`: of `text` as UTF-8. */
  add(text: string, bytes: number): void {
    if (this.#count === 0) {
      this.#joined = text
      this.#bytes = bytes
    } else {
      this.#joined = `${this.#joined},${text}`
      this.#bytes += COMMA + bytes
    }
    this.#count++
  }

  /** The one text, or an array of them. Nothing is left. */
  take(): string {
    const text = this.#count > 1 ? `[${this.#joined}]` : this.#joined
    this.#joined = ''
    this.#count = 0
    this.#bytes = 0
    return text
  }
}
