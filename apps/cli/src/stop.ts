import type { Holdfast, Logger } from '@holdfast/server'
import { oneLine } from './failure.ts'

/** Contract §7 gives 30 s; what has not drained by now is cut off. Everything acknowledged is on disk all the while. */
const DRAIN_MS = 28_000
/**
 * A signal so soon after the first is the same one: Ctrl-C reaches the whole process group, and whoever started us passes
 * it on as well. Milliseconds.
 */
const SAME_SIGNAL_MS = 1_000

/**
 * Ends the process as it should: SIGTERM and SIGINT drain and exit 0, one that comes later than a second after that exits 1 at once; an error that nobody
 * caught is logged, and the process, whose state nobody knows any more, drains and exits 1.
 */
export function stopOnSignals(holdfast: Pick<Holdfast, 'close'>, logger: Logger): void {
  let isStopping = false
  let exitCode = 0
  let signalledAt: number | null = null

  function drain(): void {
    if (isStopping) return
    isStopping = true
    setTimeout(() => {
      logger.warn({ drainMs: DRAIN_MS }, 'not everything drained in time')
      process.exit(exitCode)
    }, DRAIN_MS)
    void holdfast.close().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, 'unable to close cleanly')
        process.exit(1)
      },
    )
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const now = performance.now()
      signalledAt ??= now
      if (now - signalledAt > SAME_SIGNAL_MS) process.exit(1)
      if (!isStopping) logger.info({ signal }, 'stopping')
      drain()
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.error({ err: error, event }, oneLine(error))
      exitCode = 1
      drain()
    })
  }
  // Whoever read our output may be gone; that is no reason to go too.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
