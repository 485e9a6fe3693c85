import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ListenOptions } from './listener.ts'

/** A running server. */
export interface Holdfast {
  /** Answers an HTTP request: for whatever speaks the fetch API. `bindings` is what `@hono/node-server` gives, for limits by address. */
  fetch(request: Request, bindings?: object): Promise<Response>
  /** Takes a WebSocket upgrade. False, with the socket untouched, when its path is not Holdfast's. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Serves on an HTTP server of its own; resolves with its base URL. Rejects when the address cannot be had. */
  listen(options: ListenOptions): Promise<{ readonly url: string }>
  /**
   * Drains and ends: takes no new connection, tells every session that this node is going away, answers what is under way,
   * closes. Within a second when clients leave by themselves, a few when they do not. Loses nothing that was acknowledged.
   */
  close(): Promise<void>
}
