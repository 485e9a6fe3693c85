import { type DownFrame, decodeDown, encode, type UpFrame } from '@holdfast/protocol'
import type { OpenSocket } from '../../src/index.ts'

/** Somebody who talks the wire to a server, real or fake, without the client. */
export class Peer {
  /** Every frame heard. */
  readonly heard: DownFrame[] = []
  /** Rooms that this one follows, and how far. */
  readonly follows = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  readonly #socket: ReturnType<OpenSocket>
  /** What the connection was closed with; null: it is open. */
  closedWith: number | null = null

  constructor(url: string, token: string, openSocket: OpenSocket) {
    const opened = Promise.withResolvers<void>()
    this.opened = opened.promise
    this.#socket = openSocket(`${url.replace('http', 'ws')}/api/socket`, ['holdfast.v1', `bearer.${token}`], {
      onOpen: () => opened.resolve(),
      onMessage: text => {
        for (const frame of decodeDown(text) ?? []) this.#hear(frame)
        for (const look of [...this.#waiting]) look()
      },
      onClose: code => {
        this.closedWith = code
        for (const look of [...this.#waiting]) look()
      },
    })
  }

  readonly opened: Promise<void>

  /** Says any text. */
  sayText(text: string): void {
    this.#socket.send(text)
  }

  say(frame: UpFrame): void {
    if (frame.type === 'room.open' || frame.type === 'room.close') this.follows.delete(frame.roomId)
    this.#socket.send(encode(frame))
  }

  close(): void {
    this.#socket.close(1000, '')
  }

  /** Resolves as soon as `isSo`, and rejects when the connection ends before. */
  async until<T>(isSo: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = isSo()
      if (found !== undefined && found !== false) return found
      if (this.closedWith !== null) throw new Error('unable to wait; the connection has ended')
      await new Promise<void>(resolve => {
        const look = () => {
          this.#waiting.delete(look)
          resolve()
        }
        this.#waiting.add(look)
      })
    }
  }

  /** Says `frame`, and resolves to what answers it. */
  async ask(frame: UpFrame & { readonly ref: string }): Promise<DownFrame> {
    const from = this.heard.length
    this.say(frame)
    return this.until(() => this.heard.slice(from).find(heard => isAnswer(heard, frame)))
  }

  #hear(frame: DownFrame): void {
    this.heard.push(frame)
    if (frame.type === 'room.live') this.follows.set(frame.roomId, frame.seq)
    if (frame.type === 'room.detached') this.follows.delete(frame.roomId)
    if (frame.type === 'message.event' && this.follows.has(frame.roomId)) {
      this.follows.set(frame.roomId, frame.events.at(-1)?.seq ?? 0)
    }
  }
}

function isAnswer(heard: DownFrame, { ref }: { readonly ref: string }): boolean {
  return 'ref' in heard && heard.ref === ref
}
