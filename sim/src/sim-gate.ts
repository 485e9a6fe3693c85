/** What may be shut for a while: whoever comes then waits until it is open again. */
export class SimGate {
  #opening: PromiseWithResolvers<void> | null = null

  get isShut(): boolean {
    return this.#opening !== null
  }

  shut(): void {
    this.#opening ??= Promise.withResolvers<void>()
  }

  open(): void {
    this.#opening?.resolve()
    this.#opening = null
  }

  /** Resolves at once, or when it is open. */
  async passed(): Promise<void> {
    await this.#opening?.promise
  }
}
