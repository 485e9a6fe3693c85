import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import {
  canShareAPort,
  createHoldfast,
  createLogger,
  createWorkers,
  type Holdfast,
  type Logger,
  type ThreadOptions,
} from '@holdfast/server'
import type { Env } from '../env/read.ts'
import { type Settings, settingsOf } from '../env/settings.ts'
import { unknownVariables } from '../env/unknown.ts'
import { CommandFailure, hasCode, oneLine } from '../failure.ts'
import { stopOnSignals } from '../stop.ts'
import { webRoot } from '../web-root.ts'

/** Shorter secrets are guessed: HS256 is as strong as what it is keyed with (RFC 7518 §3.2 asks for 32 bytes). */
const LEAST_SECRET_BYTES = 32

/**
 * Runs a server by the environment until it is told to stop. Prints one line on standard output, once it can be used;
 * everything else goes to standard error.
 *
 * @throws CommandFailure when it cannot start, with the reason.
 */
export async function serve(env: Env): Promise<void> {
  const result = settingsOf(env)
  if (!result.ok) throw new CommandFailure(result.problems.join('; '))
  const { settings } = result
  const logger = createLogger(settings.logLevel)
  for (const warning of unknownVariables(env)) logger.warn({}, warning)
  if (isWeak(settings))
    logger.warn({}, `HOLDFAST_JWT_SECRET is shorter than ${LEAST_SECRET_BYTES} bytes: it can be guessed`)
  const holdfast = await start(settings, logger)
  stopOnSignals(holdfast, logger)
  const { url } = await listen(holdfast, settings)
  process.stdout.write(`holdfast is listening on ${url}\n`)
}

function isWeak({ auth }: Settings): boolean {
  return auth.secret !== undefined && Buffer.byteLength(auth.secret) < LEAST_SECRET_BYTES
}

/** What is served: by one thread, or by several. */
type Server = Pick<Holdfast, 'listen' | 'close'>

async function start(settings: Settings, logger: Logger): Promise<Server> {
  const dataDir = resolve(settings.dataDir)
  // What people write to each other is for the server's own user alone to read.
  process.umask(0o077)
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new CommandFailure(`HOLDFAST_DATA_DIR cannot be used; ${oneLine(error)}`)
  }
  const workers = workersOf(settings)
  const options = optionsOf(settings)
  if (workers === 1) return createHoldfast({ ...options, store: { kind: 'sqlite', dataDir }, logger })
  // As any error that nobody expected: it is logged, and the process drains and exits 1.
  const onGivenUp = (error: Error) =>
    queueMicrotask(() => {
      throw error
    })
  return createWorkers({ ...options, dataDir, workers, logLevel: settings.logLevel, onGivenUp })
}

function optionsOf(settings: Settings): ThreadOptions {
  const root = webRoot()
  return {
    auth: settings.auth,
    allowedOrigins: settings.allowedOrigins,
    sendRate: settings.sendRate,
    limits: { largeRoomMembers: settings.largeRoom },
    tokenInQuery: settings.tokenInQuery,
    compression: settings.compression,
    web: root === null ? null : { root },
  }
}

/** The cores that this process may use, so that one which is tied to a single core is not slowed down by a second thread. */
function workersOf({ workers }: Settings): number {
  if (canShareAPort(process.platform)) return workers ?? availableParallelism()
  if (workers !== null && workers > 1)
    throw new CommandFailure('HOLDFAST_WORKERS must be 1 here; threads can share a port on Linux and FreeBSD alone')
  return 1
}

async function listen(holdfast: Server, { host, port }: Settings): Promise<{ readonly url: string }> {
  try {
    return await holdfast.listen({ host, port })
  } catch (error) {
    await holdfast.close()
    throw listenFailure(error, host, port)
  }
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  if (hasCode(error, 'EADDRINUSE')) {
    return new CommandFailure(`HOLDFAST_PORT ${port} is in use on ${host}; choose another, or 0 to have one picked`)
  }
  if (hasCode(error, 'EACCES')) return new CommandFailure(`HOLDFAST_PORT ${port} needs more rights than this user has`)
  if (hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'ENOTFOUND')) {
    return new CommandFailure(`HOLDFAST_HOST ${host} is no address of this machine`)
  }
  return error
}
