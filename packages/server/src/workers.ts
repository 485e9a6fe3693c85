import { once } from 'node:events'
import { createServer } from 'node:net'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createAuth } from './auth/auth.ts'
import { createTickets } from './auth/tickets.ts'
import type { Holdfast } from './holdfast.ts'
import type { ListenOptions } from './listener.ts'
import { createLogger, type Logger, type LogLevel } from './observe/logger.ts'
import { createMetrics } from './observe/metrics.ts'
import { type Settings, settingsOf } from './options.ts'
import { MemoryPresence } from './people/memory-presence.ts'
import { openLogs } from './server.ts'
import { newCommitter } from './stages.ts'
import { EphemeralFlag } from './workers/ephemeral-flag.ts'
import type { GatewayData, ThreadOptions } from './workers/gateway-data.ts'
import { type AttachedGateway, Owner } from './workers/owner.ts'
import { portOf } from './workers/port.ts'

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

/** Three semi-spaces of 8 MB: a larger young generation holds the garbage of thousands of handshakes for long (decision 0008). */
const YOUNG_GENERATION_MB = 24

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
    const owner = newOwner(settings, logs, hasEphemeral)
    const data = { options: forThreads, dataDir, logLevel, hasEphemeral: hasEphemeral.buffer }
    return new Workers({
      ...{ owner, data, workers, logger, onGivenUp },
      clock: settings.platform.clock,
      closeLog: () => logs.log.close(),
    })
  } catch (error) {
    await logs.log.close()
    throw error
  }
}

function newOwner(
  settings: Settings,
  { log, memory }: Awaited<ReturnType<typeof openLogs>>,
  hasEphemeral: EphemeralFlag,
): Owner {
  const { platform } = settings
  const metrics = createMetrics()
  return new Owner({
    ...{ log, hasEphemeral, metrics },
    ephemeral: memory,
    newCommitter: publish => newCommitter({ settings, log, bus: { publish } }, metrics),
    presence: new MemoryPresence(platform.clock),
    tickets: createTickets(platform),
    scheduler: platform.scheduler,
  })
}

interface WorkersParts {
  readonly owner: Owner
  readonly data: GatewayData
  readonly workers: number
  readonly logger: Logger
  readonly onGivenUp: (error: Error) => void
  readonly clock: { monoMs(): number }
  readonly closeLog: () => Promise<void>
}

/** The threads, started again when they die. */
class Workers {
  readonly #parts: WorkersParts
  readonly #gateways = new Set<Gateway>()
  /** When threads have died, the latest last. Milliseconds, monotonic. */
  #deaths: number[] = []
  #where: ListenOptions | null = null
  #closing: Promise<void> | null = null

  constructor(parts: WorkersParts) {
    this.#parts = parts
  }

  async listen(where: ListenOptions): Promise<{ readonly url: string }> {
    this.#where = { ...where, port: await freePort(where) }
    const urls = await Promise.all(Array.from({ length: this.#parts.workers }, () => this.#start()))
    const [url] = urls
    if (url === undefined) throw new Error('unable to listen; there is no thread')
    return url
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

  async #start(): Promise<{ readonly url: string }> {
    const { owner, data } = this.#parts
    if (this.#where === null) throw new Error('unable to start a thread; nothing says where it is to listen')
    const gateway = new Gateway(owner, data)
    this.#gateways.add(gateway)
    gateway.died.catch((error: unknown) => this.#died(gateway, error))
    return gateway.listen(this.#where)
  }

  #died(gateway: Gateway, error: unknown): void {
    const { logger, clock, onGivenUp } = this.#parts
    this.#gateways.delete(gateway)
    if (this.#closing !== null) return
    logger.error({ err: error }, 'a thread has died; another takes its place')
    const now = clock.monoMs()
    this.#deaths = [...this.#deaths.filter(at => now - at < DEATHS_WITHIN_MS), now]
    if (this.#deaths.length >= MAX_DEATHS) onGivenUp(new Error('unable to serve; threads keep dying'))
    // One that cannot start dies too, and is counted.
    else this.#start().catch(() => {})
  }
}

/** One thread that serves clients. */
class Gateway {
  readonly #worker: Worker
  readonly #line: AttachedGateway
  /** Rejects with the reason when the thread ends unasked. */
  readonly died: Promise<never>
  #isEnding = false

  constructor(owner: Owner, data: GatewayData) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB }
    this.#worker = new Worker(PROGRAM, { workerData: data, name: 'holdfast gateway', resourceLimits })
    this.#line = owner.attach(portOf(this.#worker, () => {}))
    this.died = new Promise((_, reject) => {
      this.#worker.once('error', reject)
      this.#worker.once('exit', code => {
        this.#line.detach('its thread has ended')
        if (!this.#isEnding) reject(new Error(`unable to go on; the thread ended with ${code}`))
      })
    })
  }

  listen(where: ListenOptions): Promise<{ readonly url: string }> {
    return Promise.race([this.#line.listen(where), this.died])
  }

  /** Drains it, and ends its thread. */
  async end(): Promise<void> {
    this.#isEnding = true
    try {
      await Promise.race([this.#line.close(), this.died])
    } catch {
      // It has died meanwhile: there is nobody left to let go.
    }
    await this.#worker.terminate()
  }
}

/** A port that nobody listens on, `port` unless that is 0. Who shared it without asking would be given half of somebody else's clients. */
async function freePort({ host, port }: ListenOptions): Promise<number> {
  const server = createServer()
  server.listen({ host, port })
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : port
}
