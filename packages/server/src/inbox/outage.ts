import type { Logger } from '../observe/logger.ts'
import type { Clock } from '../platform/clock.ts'

/** The log that has not failed for so long, in milliseconds, is back: longer than any read of the inbox waits to be tried again. */
export const BACK_MS = 15_000

/** Says once that the log cannot be read, however many need it and however often they try: one line an outage. */
export class Outage {
  readonly #clock: Clock
  readonly #logger: Logger
  /** When it failed last, on the monotonic clock. */
  #failedMs = Number.NEGATIVE_INFINITY

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }

  /** What an inbox needs could not be read; it is tried again. */
  failed(error: unknown): void {
    const now = this.#clock.monoMs()
    const isNew = now - this.#failedMs >= BACK_MS
    this.#failedMs = now
    if (isNew)
      this.#logger.warn({ err: error }, 'unable to read the log for inboxes; it is tried again until it answers')
  }
}
