/** Bytes in the order they came, taken off in other portions than they came in. */
export class ByteQueue {
  #chunks: Buffer[] = []
  #length = 0

  /** How many bytes wait. */
  get length(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** The first `count` bytes, fewer when there are no more; they stay. */
  peek(count: number): Buffer {
    const wanted = Math.min(count, this.#length)
    const first = this.#chunks[0]
    if (first === undefined) return Buffer.alloc(0)
    if (first.length >= wanted) return first.subarray(0, wanted)
    const whole = Buffer.concat(this.#chunks)
    this.#chunks = [whole]
    return whole.subarray(0, wanted)
  }

  /** The first `count` bytes, fewer when there are no more; they are gone from here. */
  take(count: number): Buffer {
    const taken = this.peek(count)
    const first = this.#chunks[0]
    if (first === undefined) return taken
    this.#length -= taken.length
    if (taken.length === first.length) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(taken.length)
    return taken
  }
}
