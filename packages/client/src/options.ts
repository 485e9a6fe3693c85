import type { OutboxStorage } from './outbox/outbox-storage.ts'
import type { ClientPlatform } from './platform/platform.ts'

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
  /** Clock, timers, randomness, sockets and network signals. Default: those of the browser or of Node. */
  readonly platform?: ClientPlatform
}

/** At most 200 bytes each. */
export interface ClientInfo {
  readonly name: string
  readonly version: string
}
