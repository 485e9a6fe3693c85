import type { OutboxStorage } from './outbox/outbox-storage.ts'
import type { ClientPlatform } from './platform/platform.ts'
import type { IdleOptions } from './signals/idle-options.ts'

/** How an application makes a client. */
export interface ClientOptions {
  /** The server's address: `http(s)://host[:port][/prefix]`. The socket's address follows from it. */
  readonly url: string
  /**
   * Gives a token for this person: a JWT with `sub`, `name` and `exp`. Called before each connection, shortly before the
   * token in use expires, and for calls over HTTP, so keep a fresh one at hand. A rejection is tried again with back-off;
   * throw `TokenRefused` when there will be none.
   */
  readonly getToken: () => string | Promise<string>
  /** Names this application to the server. Default: `holdfast-js` and the version of this package. */
  readonly clientInfo?: ClientInfo
  /** Where messages wait until they are in the log. Default: memory. */
  readonly outbox?: OutboxStorage
  /**
   * When this person counts as away. All tabs of a browser that are the same person's are one detector. False: never. Default: after
   * 5 minutes in browsers; never where there is no page, unless `activity` is given.
   */
  readonly idle?: IdleOptions | false
  /** Clock, timers, randomness, sockets and network signals. Default: those of the browser or of Node. */
  readonly platform?: ClientPlatform
}

/** At most 200 bytes each. */
export interface ClientInfo {
  readonly name: string
  readonly version: string
  /** The system that it runs on. Default: not told. */
  readonly platform?: string
  /** What others see that this person is on. Default: `mobile` or `desktop` in browsers, as their pointer tells; else not told. */
  readonly device?: string
}
