import { WebSocket } from 'ws'

/** Whom a socket tells. None of it may throw. */
export interface PeerSocketListener {
  /** A whole message has come. */
  heard(data: Buffer, isBinary: boolean): void
  /** A ping or a pong has come. */
  alive(): void
  /** The connection is gone. */
  gone(code: number): void
}

/**
 * A WebSocket of `ws` that tells one listener. A list of listeners for each kind of news, with a function for each, would be half a kilobyte for every
 * connection.
 */
export class PeerSocket extends WebSocket {
  /** Null: what is told is nobody's. */
  listener: PeerSocketListener | null = null

  /** An error is followed by `close`, and `ws` closes by itself on a frame that breaks RFC 6455 or a limit. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    if (event === 'message') this.listener?.heard(first as Buffer, second as boolean)
    else if (event === 'ping' || event === 'pong') this.listener?.alive()
    else if (event === 'close') this.listener?.gone(first as number)
    return true
  }
}
