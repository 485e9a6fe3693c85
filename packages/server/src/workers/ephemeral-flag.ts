/** Whether there has been an ephemeral room, for all threads to see: most servers never have one, and ask nobody about them. */
export class EphemeralFlag {
  readonly #cell: Int32Array<SharedArrayBuffer>

  /** `buffer`: of a flag that another thread has made. Default: a new one, down. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.#cell = new Int32Array(buffer)
  }

  get buffer(): SharedArrayBuffer {
    return this.#cell.buffer
  }

  get isUp(): boolean {
    return Atomics.load(this.#cell, 0) !== 0
  }

  /** Before the first ephemeral room is made, so that nobody who hears of it asks the wrong log. It stays up. */
  raise(): void {
    Atomics.store(this.#cell, 0, 1)
  }
}
