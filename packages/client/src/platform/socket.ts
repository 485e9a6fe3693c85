/** What a socket tells its owner. After `onClose` nothing more comes. */
export interface SocketHandlers {
  onOpen(): void
  onMessage(text: string): void
  /** Also when the handshake failed: browsers then say 1006 and nothing else. */
  onClose(code: number, reason: string): void
}

/** A WebSocket, as far as the client needs one. Delivers in order and without loss until it closes. */
export interface Socket {
  send(text: string): void
  /** Starts closing. `onClose` comes later, or never when the other side is gone: the caller waits for nothing. */
  close(code: number, reason: string): void
}

/** Opens a socket to `url`, offering `protocols`. Never throws: what fails is told by `onClose`, after it returned. */
export type OpenSocket = (url: string, protocols: readonly string[], handlers: SocketHandlers) => Socket
