import type { Metrics } from '../observe/metrics.ts'
import type { SendQueue } from '../transport/send-queue.ts'
import type { SharedText } from '../transport/shared-text.ts'
import type { ByteBudget } from './byte-budget.ts'

/** Sends one session what may be lost: only what there is room for now, and of presence no more than its budget. */
export class SignalSink {
  readonly #queue: SendQueue
  readonly #presenceBudget: ByteBudget
  readonly #metrics: Pick<Metrics, 'framesOut' | 'signalsOut'>

  constructor(queue: SendQueue, presenceBudget: ByteBudget, metrics: Pick<Metrics, 'framesOut' | 'signalsOut'>) {
    this.#queue = queue
    this.#presenceBudget = presenceBudget
    this.#metrics = metrics
  }

  /** False when there is no room for it: it was not sent. A signal never makes a session lag. */
  signal(message: SharedText): boolean {
    if (!this.#queue.hasRoomFor(message.frame.length) || !this.#queue.offer(message)) return false
    this.#metrics.framesOut.inc()
    return true
  }

  presence(message: SharedText): boolean {
    if (!this.#presenceBudget.hasLeft || !this.signal(message)) return false
    this.#presenceBudget.spend(message.frame.length)
    this.#metrics.signalsOut.inc({ kind: 'presence' })
    return true
  }
}
