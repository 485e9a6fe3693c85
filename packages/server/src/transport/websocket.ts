import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { Cancel } from '../platform/clock.ts'
import type { Corked, Corks } from './corks.ts'
import { GatheredTexts } from './gathered-texts.ts'
import { areWholeMessages } from './message-bounds.ts'
import { type Deadlined, MessageDeadline, type Time } from './message-deadline.ts'
import type { PeerSocket, PeerSocketListener } from './peer-socket.ts'
import { SharedText, textFrame } from './shared-text.ts'
import type { Transport, TransportListener } from './transport.ts'

const NOTHING = Buffer.alloc(0)
/**
 * How long a connection may take to end once it is told to go, in milliseconds: as long as `ws` gives a closing handshake. `ws` gives none to a peer that has
 * ended its half already and does not read the rest.
 */
const CLOSE_MS = 30_000

/** What all WebSockets of a node share. */
export interface WebSocketDeps {
  readonly corks: Corks
  readonly time: Time
  /** Longest array of texts, in bytes: what both sides take of one another. A longer text goes alone. */
  readonly frameBytes: number
}

/**
 * A WebSocket as a transport.
 *
 * Text is framed here and written to the socket itself: a frame that goes to a thousand sockets is then one buffer, where
 * `ws` would make a header for each. Every write is one whole frame, so these writes and those of
 * `ws` (pings, the closing handshake) never cut into each other. What is sent in one go leaves in one system call, and of that
 * what is for this connection alone (answers) in one message.
 */
export class WebSocketTransport implements Transport, Deadlined, Corked, PeerSocketListener {
  readonly #ws: PeerSocket
  readonly #socket: Duplex
  readonly #deps: WebSocketDeps
  /** The peer inflates what is compressed. */
  readonly #deflates: boolean
  /** That of the message under way; null: there is none. */
  #deadline: MessageDeadline | null = null
  readonly #texts = new GatheredTexts()
  /** The frame of this go, as long as it is the only one. */
  #frame: Buffer | null = null
  /** It is among the corks and will be let go. */
  #isHeld = false
  /** Something was left to be sent, and what comes behind it will tell. */
  #isFlushing = false
  /** A message of the peer's is being told: what is said meanwhile is not gathered, so that a welcome stands alone for all to read. */
  #isHearing = false
  #listener: TransportListener | null = null
  #isClosing = false
  #cancelCut: Cancel | null = null

  /** `socket` is the one under `ws`. To be made in the turn in which `ws` was: so no byte is missed. */
  constructor(ws: PeerSocket, socket: Duplex, deps: WebSocketDeps) {
    this.#ws = ws
    this.#socket = socket
    this.#deps = deps
    this.#deflates = ws.extensions !== ''
    // Behind the listener of `ws`: what these bytes have completed has been told.
    socket.on('data', (bytes: Buffer) => this.#follow(bytes))
  }

  start(listener: TransportListener): void {
    this.#listener = listener
    this.#ws.listener = this
  }

  heard(data: Buffer, isBinary: boolean): void {
    const listener = this.#listener
    // What a peer still sends once it is told to go is nobody's.
    if (listener === null || this.#isClosing) return
    if (isBinary) {
      listener.onBreach('not-text')
      return
    }
    listener.onAlive()
    this.#isHearing = true
    listener.onMessage(String(data))
    this.#isHearing = false
    // Behind this message the peer may have sent that it goes, and `ws` would answer that at once.
    if (this.#isHeld) this.#write()
  }

  alive(): void {
    this.#listener?.onAlive()
  }

  gone(code: number): void {
    this.#cancelCut?.()
    this.#deadline?.end()
    this.#deadline = null
    this.#listener?.onClosed(code)
  }

  missed(): void {
    this.#listener?.onBreach('unfinished')
  }

  send(text: string | SharedText): void {
    if (!this.#isWritable) return
    if (!this.#isHeld) {
      this.#isHeld = true
      this.#deps.corks.hold(this)
    }
    if (text instanceof SharedText) {
      this.#frameTexts()
      this.#gather(this.#deflates ? text.deflatedFrame : text.frame)
      return
    }
    const bytes = Buffer.byteLength(text)
    if (this.#isHearing || !this.#texts.hasRoomFor(bytes, this.#deps.frameBytes)) this.#frameTexts()
    this.#texts.add(text, bytes)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength + (this.#frame?.length ?? 0) + this.#texts.bytes
  }

  /** The go is over. */
  letGo(): void {
    this.#isHeld = false
    this.#write()
  }

  /** Writes what was gathered. */
  #write(): void {
    this.#frameTexts()
    const frame = this.#frame
    if (frame === null && this.#socket.writableCorked === 0) return
    this.#frame = null
    if (frame !== null && this.#isWritable) this.#socket.write(frame)
    while (this.#socket.writableCorked > 0) this.#socket.uncork()
    if (!this.#isFlushing) this.#tellFlushed()
  }

  get #isWritable(): boolean {
    return this.#ws.readyState === WebSocket.OPEN && this.#socket.writable
  }

  #frameTexts(): void {
    if (this.#texts.isEmpty) return
    const { bytes } = this.#texts
    this.#gather(textFrame(this.#texts.take(), bytes))
  }

  /** The first frame of a go is kept, since most goes have one; with the second the socket gathers them. */
  #gather(frame: Buffer): void {
    if (this.#socket.writableCorked > 0) {
      this.#socket.write(frame)
    } else if (this.#frame === null) {
      this.#frame = frame
    } else {
      this.#socket.cork()
      this.#socket.write(this.#frame)
      this.#frame = null
      this.#socket.write(frame)
    }
  }

  /**
   * Most writes are over when they return: a callback for each would cost a tick. What could not be handed to the network at once is
   * followed by an empty write, which ends behind it. A socket that is ended or gone calls such a write back at once, whatever is left: to ask again
   * would never end.
   */
  #tellFlushed(): void {
    this.#isFlushing = this.#socket.writableLength > 0 && this.#socket.writable
    if (this.#isFlushing) this.#socket.write(NOTHING, () => this.#flushed())
    else this.#listener?.onFlushed()
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping()
  }

  pause(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return
    this.#ws.pause()
    this.#deadline?.hold()
  }

  resume(): void {
    this.#ws.resume()
    this.#deadline?.release()
  }

  close(code: number, reason: string): void {
    // The peer's answer to the closing handshake has to be read.
    this.resume()
    this.#write()
    this.#isClosing = true
    if (this.#ws.readyState !== WebSocket.CLOSED) {
      this.#cancelCut ??= this.#deps.time.scheduler.after(CLOSE_MS, () => this.terminate())
    }
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  /** Bytes have come. Most of them are whole messages: only what is not has a deadline, so that an idle connection holds none. */
  #follow(bytes: Buffer): void {
    if (this.#deadline === null && areWholeMessages(bytes)) return
    if (this.#deadline === null) {
      this.#deadline = new MessageDeadline(this.#deps.time, this)
      if (this.#ws.isPaused) this.#deadline.hold()
    }
    this.#deadline.take(bytes)
    if (this.#deadline.isIdle) this.#deadline = null
  }

  #flushed(): void {
    const hasMore = this.#socket.writableLength > 0
    this.#tellFlushed()
    if (hasMore) this.#listener?.onFlushed()
  }
}
