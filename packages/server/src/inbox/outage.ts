import type { Logger } from '../observe/logger.ts'
import type { Clock } from '../platform/clock.ts'

/** What has not failed for so long, in milliseconds, works again: longer than anything waits to be tried again. */
export const BACK_MS = 15_000

/** Says once that what inboxes need, the log above all, does not work, however many try and however often: one line an outage. */
export class Outage {
  readonly #clock: Clock
  readonly #logger: Logger
  /** When it failed last, on the monotonic clock. */
  #failedMs = Number.NEGATIVE_INFINITY

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Somebody could not be told, for this reason. */
  failed(error: unknown): void {
    const now = this.#clock.monoMs()
    const isNew = now - this.#failedMs >= BACK_MS
    this.#failedMs = now
    if (isNew)
      this.#logger.warn({ err: error }, 'unable to tell inboxes what has changed; it is tried again each second')
  }
}
