import type { Logger } from '../observe/logger.ts'

/** Says once that something is away, however many find it so before it answers again. */
export class Outage {
  readonly #logger: Logger
  #isKnown = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  warn(error: unknown, message: string): void {
    if (this.#isKnown) return
    this.#isKnown = true
    this.#logger.warn({ err: error }, message)
  }

  /** It has answered. */
  isOver(): void {
    this.#isKnown = false
  }
}
