import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { Corks } from './corks.ts'
import { type Deadlined, MessageDeadline, type Time } from './message-deadline.ts'
import { SharedText, textFrame } from './shared-text.ts'
import type { Transport, TransportListener } from './transport.ts'

/**
 * A WebSocket as a transport.
 *
 * Text is framed here and written to the socket itself: a frame that goes to a thousand sockets is then one buffer, where
 * `ws` would make a header for each. Every write is one whole frame and compression is off, so these writes and those of
 * `ws` (pings, the closing handshake) never cut into each other. What is sent in one go leaves in one system call.
 */
export class WebSocketTransport implements Transport, Deadlined {
  readonly #ws: WebSocket
  readonly #socket: Duplex
  readonly #corks: Corks
  readonly #deadline: MessageDeadline
  #listener: TransportListener | null = null
  #isClosing = false

  /** `socket` is the one under `ws`. To be made in the turn in which `ws` was: so no byte is missed. */
  constructor(ws: WebSocket, socket: Duplex, corks: Corks, time: Time) {
    this.#ws = ws
    this.#socket = socket
    this.#corks = corks
    this.#deadline = new MessageDeadline(time, this)
    // Behind the listener of `ws`: what these bytes have completed has been told.
    socket.on('data', (bytes: Buffer) => this.#deadline.take(bytes))
    ws.on('error', ignore)
  }

  start(listener: TransportListener): void {
    this.#listener = listener
    this.#ws.on('message', (data, isBinary) => {
      // What a peer still sends once it is told to go is nobody's.
      if (this.#isClosing) return
      if (isBinary) return listener.onBreach('not-text')
      listener.onAlive()
      listener.onMessage(String(data))
    })
    const onAlive = () => listener.onAlive()
    this.#ws.on('ping', onAlive)
    this.#ws.on('pong', onAlive)
    this.#ws.on('close', code => {
      this.#deadline.end()
      listener.onClosed(code)
    })
  }

  missed(): void {
    this.#listener?.onBreach('unfinished')
  }

  send(text: string | SharedText): void {
    if (this.#ws.readyState !== WebSocket.OPEN || !this.#socket.writable) return
    if (this.#socket.writableCorked === 0) this.#corks.hold(this.#socket)
    this.#socket.write(text instanceof SharedText ? text.frame : textFrame(text), this.#flushed)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping()
  }

  pause(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return
    this.#ws.pause()
    this.#deadline.hold()
  }

  resume(): void {
    this.#ws.resume()
    this.#deadline.release()
  }

  close(code: number, reason: string): void {
    // The peer's answer to the closing handshake has to be read.
    this.resume()
    this.#isClosing = true
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  readonly #flushed = (): void => {
    this.#listener?.onFlushed()
  }
}

/** A socket error is followed by `close`, and `ws` closes by itself on a frame that breaks RFC 6455 or a limit. */
function ignore(): void {}
