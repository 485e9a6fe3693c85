import { pino } from 'pino'

/** What a log line is about, as values: ids, codes, counts, durations. Never content, names or tokens. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Where log lines go. pino's own signature, values first, so that a host application's pino fits as it is; `console` does
 * too. A logger must not throw.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** How much is logged: each level includes those after it. `silent` logs nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** File descriptor of standard error: standard output belongs to the one line that says where the server listens. */
const STDERR = 2

/** JSON lines on standard error, one each, whatever a value contains: line breaks in it are escaped. */
export function createLogger(level: LogLevel): Logger {
  // Synchronous, so that the last line before the process ends is not lost.
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: STDERR, sync: true }),
  )
}

/** Logs nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
