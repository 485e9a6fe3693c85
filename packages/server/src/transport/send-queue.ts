import { assertNever } from '@holdfast/protocol'
import type { Cancel, Scheduler } from '../platform/clock.ts'
import type { SharedText } from './shared-text.ts'
import type { Transport } from './transport.ts'

/** Answers to commands that were under way when the budget was used up may pass it, but not by more than so many bytes. */
export const ANSWER_BYTES = 1_048_576

/** What all send queues of a node have in common. */
export interface SendQueueLimits {
  readonly scheduler: Scheduler
  /** The budget: most unsent bytes of the connection. */
  readonly limitBytes: number
  /** How long a connection that has used up its budget may take to drain, in milliseconds. */
  readonly drainMs: number
}

/** Whom a send queue tells. */
export interface SendQueueListener {
  /** The connection has used up its budget: no more of its input should be taken. */
  onLagging(): void
  /** It has taken all of it. */
  onDrained(): void
  /** It has not drained in time, or makes us answer more than it reads. */
  onTooSlow(): void
}

/**
 * Bounds what a connection that does not read can make the server keep (contract §6).
 *
 * ```
 *            over budget               all taken
 *   open ────────────────▶ lagging ──────────────▶ open     (onLagging, onDrained)
 *                             │ drainMs, or ANSWER_BYTES more
 *                             ▼
 *                          closed                           (onTooSlow)
 * ```
 * The bytes themselves are in the transport's own buffer; this only counts. An empty queue takes one message of any size, so
 * that a snapshot larger than the budget can be delivered at all.
 */
export class SendQueue {
  readonly #transport: Transport
  readonly #limits: SendQueueLimits
  readonly #listener: SendQueueListener
  #state: 'open' | 'lagging' | 'closed' = 'open'
  #cancelDeadline: Cancel | null = null
  /** By the bytes that they wait for: all who need the same wait together, so that those who have given up take no room. Null: nobody does. */
  #waiters: Map<number, PromiseWithResolvers<boolean>> | null = null
  /** Characters of answers sent since it is lagging. */
  #answered = 0

  constructor(transport: Transport, limits: SendQueueLimits, listener: SendQueueListener) {
    this.#transport = transport
    this.#limits = limits
    this.#listener = listener
  }

  /** Sends what must arrive: answers to commands. */
  send(text: string): void {
    if (this.#state === 'closed') return
    this.#transport.send(text)
    if (this.#transport.bufferedBytes <= this.#limits.limitBytes) return
    if (this.#state === 'open') this.#lag()
    else {
      // Only answers count: what is over the budget may be one large snapshot, which has its time to be read.
      this.#answered += text.length
      if (this.#answered > ANSWER_BYTES) this.#tooSlow()
    }
  }

  /** Sends a room's frame. False when the budget is used up: the frame was not sent and the queue is lagging. */
  offer(message: SharedText): boolean {
    switch (this.#state) {
      case 'open':
        if (this.hasRoomFor(message.frame.length)) {
          this.#transport.send(message)
          return true
        }
        this.#lag()
        return false
      case 'lagging':
      case 'closed':
        return false
      default:
        return assertNever(this.#state)
    }
  }

  /** How many different sizes are waited for. */
  get waiting(): number {
    return this.#waiters?.size ?? 0
  }

  /** Whether an offer of so many bytes would be taken now. */
  hasRoomFor(bytes: number): boolean {
    const buffered = this.#transport.bufferedBytes
    return this.#state === 'open' && (buffered === 0 || buffered + bytes <= this.#limits.limitBytes)
  }

  /** Resolves with true when there is room for so many bytes, and with false when the queue is closed: there will be none any more. */
  async whenRoomFor(bytes: number): Promise<boolean> {
    if (this.#state === 'closed') return false
    if (this.hasRoomFor(bytes)) return true
    this.#waiters ??= new Map()
    const waiter = this.#waiters.get(bytes) ?? Promise.withResolvers<boolean>()
    this.#waiters.set(bytes, waiter)
    return waiter.promise
  }

  /** To be called when the transport has flushed something. */
  flushed(): void {
    if (this.#state === 'lagging' && this.#transport.bufferedBytes === 0) {
      this.#state = 'open'
      this.#cancelDeadline?.()
      this.#listener.onDrained()
    }
    if (this.#waiters !== null && this.#state === 'open') this.#wake(true, bytes => this.hasRoomFor(bytes))
  }

  /** Ends it: nothing is sent any more and nobody waits. */
  close(): void {
    this.#state = 'closed'
    this.#cancelDeadline?.()
    this.#wake(false, () => true)
  }

  #lag(): void {
    this.#state = 'lagging'
    this.#answered = 0
    this.#cancelDeadline = this.#limits.scheduler.after(this.#limits.drainMs, () => this.#tooSlow())
    this.#listener.onLagging()
  }

  #tooSlow(): void {
    this.close()
    this.#listener.onTooSlow()
  }

  #wake(hasRoom: boolean, isDue: (bytes: number) => boolean): void {
    if (this.#waiters === null) return
    for (const [bytes, waiter] of this.#waiters) {
      if (!isDue(bytes)) continue
      this.#waiters.delete(bytes)
      waiter.resolve(hasRoom)
    }
    if (this.#waiters.size === 0) this.#waiters = null
  }
}
