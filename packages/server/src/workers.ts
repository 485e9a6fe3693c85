import { extname } from 'node:path'
import { createAuth } from './auth/auth.ts'
import { closesWithinMs } from './compose.ts'
import type { Holdfast } from './holdfast.ts'
import type { ListenOptions } from './listener.ts'
import { createLogger, type Logger, type LogLevel } from './observe/logger.ts'
import { settingsOf } from './options.ts'
import { composeOwner } from './owner.ts'
import { MemoryPresence } from './people/memory-presence.ts'
import type { Clock } from './platform/clock.ts'
import { openLogs } from './server.ts'
import { EphemeralFlag } from './workers/ephemeral-flag.ts'
import type { ThreadOptions } from './workers/gateway-data.ts'
import { GatewayWorker } from './workers/gateway-worker.ts'
import type { Owner } from './workers/owner.ts'
import { type Place, reservePort } from './workers/reserved-port.ts'

/** How a server on several threads is set up: as `HoldfastOptions`, but for what cannot go to another thread. */
export interface WorkersOptions extends ThreadOptions {
  /** As in `store` of `HoldfastOptions`. */
  readonly dataDir: string
  /** How many threads serve clients. From 1 on; each takes a core when there is much to do, and so does the one that writes. */
  readonly workers: number
  /** How much each thread tells on standard error. */
  readonly logLevel: LogLevel
  /** A thread that dies is started again. Called when one has died so often that it is not: the server should be ended. */
  readonly onGivenUp: (error: Error) => void
}

/** So many deaths of threads within so long are no accident. */
const MAX_DEATHS = 5
const DEATHS_WITHIN_MS = 60_000
/** Whoever reads it has the reasons in the lines before. */
const GIVEN_UP = `unable to serve; ${MAX_DEATHS} threads have died within ${DEATHS_WITHIN_MS / 1_000} s, each of what was logged of it; one worker needs none`
/** A thread has so much longer to end than its own limits come to, in milliseconds: to close its database, and to be heard. */
const END_GRACE_MS = 3_000

/** The thread's program, beside this file: as source, or built. */
const PROGRAM = new URL(`./gateway-thread${extname(import.meta.url)}`, import.meta.url)

/**
 * Whether several threads can listen on one port here, so that the kernel shares the connections out (`SO_REUSEPORT` as Linux
 * and FreeBSD have it).
 */
export function canShareAPort(platform: NodeJS.Platform): boolean {
  return platform === 'linux' || platform === 'freebsd'
}

/**
 * A server on several threads: gateways, which serve clients, and in the calling thread the owner of the log. Promises all that
 * `createHoldfast` does. Who is connected to a thread that dies connects again, and has missed nothing.
 *
 * @throws Error in one line when an option is wrong, the store cannot be opened, or a port cannot be shared here.
 */
export async function createWorkers(options: WorkersOptions): Promise<Pick<Holdfast, 'listen' | 'close'>> {
  const { dataDir, workers, logLevel, onGivenUp, ...forThreads } = options
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw new Error('unable to start; workers must be an integer from 1')
  if (!canShareAPort(process.platform)) throw new Error('unable to start; on this system one thread alone can serve')
  const logger = createLogger(logLevel)
  const settings = settingsOf({ ...forThreads, store: { kind: 'sqlite', dataDir }, logger })
  const logs = await openLogs(settings, dataDir)
  try {
    // Also makes the secret that guests' tokens are signed with, which all threads read.
    await createAuth(settings.auth, dataDir, settings.platform)
    const hasEphemeral = new EphemeralFlag()
    const presence = new MemoryPresence(settings.platform.clock)
    const owner = composeOwner({ settings, log: logs.log, ephemeral: logs.memory, hasEphemeral, presence })
    const data = { options: forThreads, dataDir, logLevel, hasEphemeral: hasEphemeral.buffer }
    const { clock, scheduler } = settings.platform
    const endWithinMs = closesWithinMs(settings.limits) + END_GRACE_MS
    return new Workers({
      start: () => new GatewayWorker({ program: PROGRAM, owner, data, scheduler, endWithinMs }),
      ...{ owner, workers, logger, onGivenUp, clock },
      closeLog: () => logs.log.close(),
    })
  } catch (error) {
    await logs.log.close()
    throw error
  }
}

interface WorkersParts {
  readonly start: () => GatewayWorker
  readonly owner: Owner
  readonly workers: number
  readonly logger: Logger
  readonly onGivenUp: (error: Error) => void
  readonly clock: Pick<Clock, 'monoMs'>
  readonly closeLog: () => Promise<void>
}

/** The threads, started again when they die. */
class Workers {
  readonly #parts: WorkersParts
  readonly #gateways = new Set<GatewayWorker>()
  /** When threads have died, the latest last. Milliseconds, monotonic. */
  #deaths: number[] = []
  /** Where they listen; null: they do not yet. */
  #where: Place | null = null
  #closing: Promise<void> | null = null

  constructor(parts: WorkersParts) {
    this.#parts = parts
  }

  async listen({ host, port }: ListenOptions): Promise<{ readonly url: string }> {
    const reserved = await reservePort({ host, port })
    try {
      const where = { host, port: reserved.port }
      const urls = await Promise.all(Array.from({ length: this.#parts.workers }, () => this.#start(where)))
      this.#where = where
      // One that has listened and has died since.
      for (let missing = this.#parts.workers - this.#gateways.size; missing > 0; missing--) this.#replace(where)
      return urls[0] ?? Promise.reject(new Error('unable to listen; there is no thread'))
    } finally {
      await reserved.release()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all(Array.from(this.#gateways, gateway => gateway.end()))
    await this.#parts.owner.drain()
    await this.#parts.closeLog()
  }

  async #start(where: Place): Promise<{ readonly url: string }> {
    if (this.#closing !== null) throw new Error('unable to start a thread; the server is closing')
    const gateway = this.#parts.start()
    this.#gateways.add(gateway)
    gateway.died.catch((error: unknown) => this.#died(gateway, error))
    return gateway.listen(where)
  }

  #died(gateway: GatewayWorker, error: unknown): void {
    const { logger, clock, onGivenUp } = this.#parts
    this.#gateways.delete(gateway)
    // At the end nobody is missed.
    if (this.#closing !== null) return
    if (this.#where === null) {
      // Whoever waits for all of them to listen is told.
      logger.error({ err: error }, 'a thread has died before all of them listened')
      return
    }
    const now = clock.monoMs()
    this.#deaths = [...this.#deaths.filter(at => now - at < DEATHS_WITHIN_MS), now]
    const isGivenUp = this.#deaths.length >= MAX_DEATHS
    logger.error({ err: error }, isGivenUp ? 'a thread has died' : 'a thread has died; another takes its place')
    if (isGivenUp) onGivenUp(new Error(GIVEN_UP))
    else this.#replace(this.#where)
  }

  /** One that cannot start, or cannot listen, dies: `#died` is told. */
  #replace(where: Place): void {
    this.#start(where).catch(() => {})
  }
}
