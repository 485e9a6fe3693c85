const LEAST_CAPACITY = 4_096

/** The bytes of a file, written anywhere; what was never written is zeros. */
export class GrowingBytes {
  #bytes: Buffer<ArrayBuffer>
  #length: number

  constructor(bytes: Buffer<ArrayBuffer> = Buffer.alloc(0)) {
    this.#bytes = bytes
    this.#length = bytes.length
  }

  get length(): number {
    return this.#length
  }

  write(data: Buffer, offset: number): void {
    this.resize(Math.max(this.#length, offset + data.length))
    data.copy(this.#bytes, offset)
  }

  resize(length: number): void {
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(LEAST_CAPACITY, 2 * length))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    if (length < this.#length) this.#bytes.fill(0, length, this.#length)
    this.#length = length
  }

  copy(): GrowingBytes {
    return new GrowingBytes(Buffer.from(this.all()))
  }

  all(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }
}
