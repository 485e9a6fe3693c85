import type { SharedText } from './shared-text.ts'

/** What a peer does that no client does: it sends a message that is no text, or takes too long over one. */
export type Breach = 'not-text' | 'unfinished'

/** What a transport tells the one who uses it. No listener may throw. */
export interface TransportListener {
  /** A whole text message has arrived. */
  onMessage(text: string): void
  /** The peer has shown that it is there, by a message or by an answer to `ping`. Bytes of an unfinished message do not count. */
  onAlive(): void
  /** The peer has done what no client does. The connection goes on until it is closed. */
  onBreach(breach: Breach): void
  /** Some of what was sent has left this process: `bufferedBytes` is lower than before. */
  onFlushed(): void
  /** The connection is gone, for whatever reason. Called once; nothing follows. */
  onClosed(code: number): void
}

/** One connection that carries text messages either way. It knows nothing of what they mean. */
export interface Transport {
  /** Begins to deliver what arrives. Nothing that arrived before is lost. */
  start(listener: TransportListener): void
  /**
   * Hands a message to the connection, which keeps it until the peer takes it: the sender watches `bufferedBytes`. Ignored once closing.
   *
   * A text is JSON: those that are handed over in one go may travel as one array of them. What is shared goes as it is. The order is kept.
   */
  send(text: string | SharedText): void
  /** Bytes that were sent and that have not left this process. */
  readonly bufferedBytes: number
  /** Asks the peer for a sign of life, below the level of messages. */
  ping(): void
  /** Stops reading, so that a peer that sends more than is handled feels it; what was received already is still delivered. */
  pause(): void
  resume(): void
  /** Closes with a code and a reason of at most 123 bytes, after what was sent. */
  close(code: number, reason: string): void
  /** Ends the connection at once. */
  terminate(): void
}
