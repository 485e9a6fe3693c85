import { Worker } from 'node:worker_threads'
import type { Scheduler } from '../platform/clock.ts'
import type { GatewayData } from './gateway-data.ts'
import { inTime } from './in-time.ts'
import type { AttachedGateway, Owner } from './owner.ts'
import { portOf } from './port.ts'
import type { Place } from './reserved-port.ts'

/** Three semi-spaces of 8 MB: a larger young generation holds the garbage of thousands of handshakes for long (decision 0008). */
const YOUNG_GENERATION_MB = 24

/** How long a gateway may take to start and listen, in milliseconds; on a busy machine it loads its sources for many seconds. */
export const LISTEN_WITHIN_MS = 60_000

export interface GatewayWorkerParts {
  /** The program of the thread. */
  readonly program: URL
  readonly owner: Owner
  readonly data: GatewayData
  readonly scheduler: Pick<Scheduler, 'after'>
  /** How long it may take to let everybody go, in milliseconds: more than its own limits come to. Then its thread is ended. */
  readonly endWithinMs: number
}

/** A gateway's thread, as the one that owns the log has it. */
export class GatewayWorker {
  /** Rejects with the reason when the thread ends unasked, or is of no use. */
  readonly died: Promise<never>
  readonly #worker: Worker
  readonly #line: AttachedGateway
  readonly #scheduler: Pick<Scheduler, 'after'>
  readonly #endWithinMs: number
  readonly #fail: (reason: unknown) => void
  #isEnding = false

  constructor({ program, owner, data, scheduler, endWithinMs }: GatewayWorkerParts) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB }
    this.#worker = new Worker(program, { workerData: data, name: 'holdfast gateway', resourceLimits })
    const { promise, reject } = Promise.withResolvers<never>()
    this.died = promise
    this.#fail = reject
    this.#line = owner.attach(
      portOf(this.#worker, () => {}),
      reason => {
        reject(reason)
        void this.#worker.terminate()
      },
    )
    this.#scheduler = scheduler
    this.#endWithinMs = endWithinMs
    this.#worker.once('error', reject)
    this.#worker.once('exit', code => {
      this.#line.detach('its thread has ended')
      if (!this.#isEnding) reject(new Error(`unable to go on; the thread ended with ${code}`))
    })
  }

  /**
   * Rejects with Node's own error when it cannot listen there, and when it does not within LISTEN_WITHIN_MS; its thread has ended
   * then, and has died.
   */
  async listen(where: Place): Promise<{ readonly url: string }> {
    try {
      return await inTime(this.#scheduler, LISTEN_WITHIN_MS, Promise.race([this.#line.listen(where), this.died]))
    } catch (error) {
      this.#fail(error)
      await this.#worker.terminate()
      throw error
    }
  }

  /** Drains it, and ends its thread: within `endWithinMs`, whatever it does. */
  async end(): Promise<void> {
    this.#isEnding = true
    try {
      await inTime(this.#scheduler, this.#endWithinMs, Promise.race([this.#line.close(), this.died]))
    } catch {
      // It has died meanwhile, or hangs: there is nobody left who could be let go.
    }
    await this.#worker.terminate()
  }
}
