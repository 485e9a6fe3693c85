/** The public entry of `@holdfast/server`. */
export type { AuthOptions } from './auth/auth.ts'
export type { Holdfast } from './holdfast.ts'
export { toNodeHandler } from './http/node-handler.ts'
export type { ListenOptions } from './listener.ts'
export { createLogger, LOG_LEVELS, type Logger, type LogLevel, silentLogger } from './observe/logger.ts'
export type { HoldfastOptions, LimitOptions, StoreOptions } from './options.ts'
export type { Clock, Platform, Random, Scheduler } from './platform/clock.ts'
export { createHoldfast, renewRestored } from './server.ts'
