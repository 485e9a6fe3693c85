import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '@holdfast/protocol'
import type { AuthOptions } from './auth/auth.ts'
import { createLogger, type Logger } from './observe/logger.ts'
import type { Platform } from './platform/clock.ts'
import { systemPlatform } from './platform/system.ts'

/** Where rooms are kept. */
export type StoreOptions =
  /** In this process's memory: everything ends with it. For tests and trials. */
  | { readonly kind: 'memory' }
  /** In an SQLite database in `dataDir`, which is made if need be and locked: a second server on it does not start. */
  | { readonly kind: 'sqlite'; readonly dataDir: string }

/** Limits that a server may be run with other values of. */
export interface LimitOptions extends Omit<SessionLimits, 'sendRate'> {
  /** Most unsent bytes of one session. A session that does not read is detached from its rooms beyond it. Default 1 MiB. */
  readonly sendQueueBytes: number
  /** How long such a session may take to read what was sent before it is closed with 4008, in milliseconds. Default 30,000. */
  readonly slowReaderMs: number
  /** How often a session is pinged, and told to clients as the silence after which they ask, in milliseconds. A session is closed with 4012 after three times as long without a sign of life. Default 30,000. */
  readonly heartbeatMs: number
  /** How long a new connection may take to say hello, in milliseconds. Default 10,000. */
  readonly helloMs: number
  /** A room of more members is large: who types in it is named up to three and then counted, and of read positions the furthest alone are told. Default 200. */
  readonly largeRoomMembers: number
  /** Bytes of presence that one session is sent a second over a longer time (four times as much at once); what is over waits. Default 8,192. */
  readonly presenceBytes: number
  /** The time within which clients of a node that is going away reconnect, in milliseconds; `close` waits half as long again for them. At most 15,000. Default 2,000. */
  readonly reconnectWithinMs: number
}

/** How a server is set up. Only `store` and `auth` must be chosen; whatever has a default is right for most. */
export interface HoldfastOptions {
  readonly store: StoreOptions
  readonly auth: AuthOptions
  /** What the paths of all calls begin with, such as `/chat`, when Holdfast is mounted in an application. Default: nothing. */
  readonly basePath?: string
  /** Origins of foreign pages that may call this server, each as `https://app.example.com`. Pages on the server's own host always may. Default: none. */
  readonly allowedOrigins?: readonly string[]
  /** Messages a second and person over a longer time; five times as many at once. 0 switches all rate limits off, those per socket and address included. Default 20. */
  readonly sendRate?: number
  /** Whether a token is accepted in the query of the WebSocket's URL, from where it gets into access logs. Default false. */
  readonly tokenInQuery?: boolean
  /**
   * Whether frames of events are compressed (permessage-deflate) for clients that offer it: once for all readers of a room, without memory of
   * earlier messages. It saves most of the bytes under load, and costs processor time and memory for each client that compresses what it
   * sends. Default false.
   */
  readonly compression?: boolean
  /** The folder of a built web app to serve, or null for none. Default null. */
  readonly web?: { readonly root: string } | null
  readonly limits?: Partial<LimitOptions>
  /** Where log lines go: pino or anything with its four methods. Default: JSON lines on standard error, level `info`. */
  readonly logger?: Logger
  /** Names this node in `session.welcome` and in its log, for people who look for a fault. Default: a random name. */
  readonly nodeName?: string
  /** The clock, timers and randomness. Default: the real ones. For tests. */
  readonly platform?: Platform
}

/** Options with every default filled in. */
export interface Settings extends Required<Omit<HoldfastOptions, 'limits'>> {
  readonly limits: LimitOptions
  /** What clients are told. */
  readonly sessionLimits: SessionLimits
}

const DEFAULT_LIMITS: LimitOptions = {
  frameBytes: DEFAULT_SESSION_LIMITS.frameBytes,
  contentBytes: DEFAULT_SESSION_LIMITS.contentBytes,
  window: DEFAULT_SESSION_LIMITS.window,
  delta: DEFAULT_SESSION_LIMITS.delta,
  sendQueueBytes: 1_048_576,
  slowReaderMs: 30_000,
  heartbeatMs: 30_000,
  helloMs: 10_000,
  largeRoomMembers: 200,
  presenceBytes: 8_192,
  reconnectWithinMs: 2_000,
}

/** Least and most of each limit. */
const RANGES: Readonly<Record<keyof LimitOptions, readonly [number, number]>> = {
  frameBytes: [1_024, 16_777_216],
  contentBytes: [1, 1_048_576],
  window: [1, DEFAULT_SESSION_LIMITS.window],
  delta: [0, 10_000],
  sendQueueBytes: [1_024, 67_108_864],
  slowReaderMs: [1, 300_000],
  heartbeatMs: [10, 300_000],
  helloMs: [10, 300_000],
  largeRoomMembers: [1, 100_000],
  presenceBytes: [256, 16_777_216],
  reconnectWithinMs: [0, 15_000],
}

/**
 * `options` with its defaults.
 *
 * @throws Error in one line that names the option which is wrong.
 */
export function settingsOf(options: HoldfastOptions): Settings {
  const platform = options.platform ?? systemPlatform
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const sendRate = options.sendRate ?? DEFAULT_SESSION_LIMITS.sendRate
  const basePath = options.basePath ?? ''
  check(Number.isFinite(sendRate) && sendRate >= 0 && sendRate <= 1e6, 'sendRate', 'must be 0 or more a second')
  check(/^(\/[\w.~-]+)*$/.test(basePath), 'basePath', 'must be empty or like /chat, without a slash at its end')
  check(options.store.kind === 'memory' || options.store.dataDir !== '', 'store.dataDir', 'must name a folder')
  checkLimits(limits)
  const { frameBytes, contentBytes, window, delta } = limits
  return {
    store: options.store,
    auth: options.auth,
    basePath,
    allowedOrigins: options.allowedOrigins ?? [],
    sendRate,
    tokenInQuery: options.tokenInQuery ?? false,
    compression: options.compression ?? false,
    web: options.web ?? null,
    limits,
    sessionLimits: { frameBytes, contentBytes, window, delta, sendRate },
    logger: options.logger ?? createLogger('info'),
    nodeName: options.nodeName ?? `node-${Buffer.from(platform.random.bytes(6)).toString('base64url')}`,
    platform,
  }
}

function checkLimits(limits: LimitOptions): void {
  for (const [name, [least, most]] of Object.entries(RANGES) as [keyof LimitOptions, readonly [number, number]][]) {
    const value = limits[name]
    const isGood = Number.isSafeInteger(value) && value >= least && value <= most
    check(isGood, `limits.${name}`, `must be an integer from ${least} to ${most}`)
  }
  check(limits.contentBytes <= limits.frameBytes, 'limits.contentBytes', 'must not be more than limits.frameBytes')
}

function check(isGood: boolean, option: string, rule: string): void {
  if (!isGood) throw new Error(`unable to start; the option ${option} ${rule}`)
}
