import WebSocket from 'ws'
import { bounded } from './bounded.ts'
import type { Ack, Cursor, RoomEvent, ServerFrame } from './contract.ts'
import type { Person } from './people.ts'
import { socketUrl } from './target.ts'
import { unique } from './unique.ts'

/** A message on its way, as it is sent each time. */
interface Outgoing {
  readonly clientId: string
  readonly content: string
}

/** Pause before it connects again, in milliseconds: shorter than the contract asks of clients, so that tests are over soon. */
const RETRY_MS = 5

export interface ResumingOptions {
  /** Where it connects: a base URL, that of a proxy perhaps. */
  readonly url: string
  readonly roomId: string
  /** Where it goes on. */
  readonly cursor: Cursor
  /** `hello` names the room and its cursor in `session.hello`, `open` sends `room.open` behind it. Default `hello`. */
  readonly opensBy?: 'hello' | 'open'
  /** After so long without a word it asks, and after as long again it connects anew. Default 500 ms. */
  readonly patienceMs?: number
}

/**
 * The smallest client that keeps the contract's promises to a person: it follows one room from a cursor, sends what it is
 * given in order, and after whatever end connects again with its cursor and with what was not acknowledged. It
 * corrects nothing: where the server breaks a promise on a subscription it says so in `breaches`.
 */
export class Resuming {
  /** Every event applied, over all connections. */
  readonly events: RoomEvent[] = []
  /** Every ack received, by `clientId`, over all connections. */
  readonly acks = new Map<string, Ack[]>()
  /** The `clientId`s in the order in which they were given. */
  readonly sent: string[] = []
  readonly breaches: string[] = []
  readonly #person: Person
  readonly #options: ResumingOptions
  #cursor: Cursor
  #outbox: Outgoing[] = []
  #ws: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #connections = 0
  #isStopped = false
  /** The highest seq of a message of its own that it knows of. */
  #ownLast = 0
  #waiting: (() => void)[] = []

  constructor(person: Person, options: ResumingOptions) {
    this.#person = person
    this.#options = options
    this.#cursor = options.cursor
    this.#connect()
  }

  /** The last event applied. */
  get cursor(): Cursor {
    return this.#cursor
  }

  /** How often it connected. */
  get connections(): number {
    return this.#connections
  }

  /** Sends a message now, and again after each break until it is acknowledged; returns its `clientId`. */
  say(content: string): string {
    const message = { clientId: unique('c'), content }
    this.sent.push(message.clientId)
    this.#outbox.push(message)
    if (this.#ws?.readyState === WebSocket.OPEN) this.#send(this.#frameOf(message))
    return message.clientId
  }

  /** Waits until all it sent is acknowledged and applied, and so is the event with this seq; ends early with a breach. */
  async settles(seq = 0): Promise<void> {
    const isThere = () =>
      this.breaches.length > 0 || (this.#outbox.length === 0 && this.#cursor.seq >= Math.max(seq, this.#ownLast))
    const wait = async () => {
      while (!isThere()) await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    await bounded(wait(), () => `${this.#outbox.length} acks and event ${seq}, at event ${this.#cursor.seq}`)
  }

  /** Ends it for good. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#ws?.terminate()
  }

  #connect(): void {
    if (this.#isStopped) return
    this.#connections += 1
    const ws = new WebSocket(socketUrl({ url: this.#options.url, secret: '' }), {
      headers: { authorization: `Bearer ${this.#person.token}` },
      handshakeTimeout: 2 * this.#patienceMs,
    })
    this.#ws = ws
    ws.on('open', () => this.#begin())
    ws.on('message', data => this.#receive(JSON.parse(String(data))))
    ws.on('unexpected-response', (_, answer) => {
      this.#breach(`the upgrade was answered ${answer.statusCode}`)
      ws.terminate()
    })
    ws.on('error', () => undefined)
    ws.on('close', () => {
      clearTimeout(this.#timer)
      if (!this.#isStopped) this.#timer = setTimeout(() => this.#connect(), RETRY_MS)
    })
  }

  get #patienceMs(): number {
    return this.#options.patienceMs ?? 500
  }

  #begin(): void {
    const { roomId, opensBy = 'hello' } = this.#options
    const room = { roomId, ...this.#cursor }
    const hello = { type: 'session.hello', protocol: 1, client: { name: 'conformance', version: '1' } }
    this.#send(opensBy === 'hello' ? { ...hello, rooms: [room] } : hello)
    if (opensBy === 'open') this.#send({ type: 'room.open', ref: 'open', ...room })
    for (const message of this.#outbox) this.#send(this.#frameOf(message))
    this.#watch()
  }

  #frameOf(message: Outgoing): object {
    return { type: 'message.send', roomId: this.#options.roomId, ...message }
  }

  #send(frame: object): void {
    this.#ws?.send(JSON.stringify(frame))
  }

  /** A word, and patience begins anew. */
  #watch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#send({ type: 'ping' })
      this.#timer = setTimeout(() => this.#ws?.terminate(), this.#patienceMs)
    }, this.#patienceMs)
  }

  #receive(data: ServerFrame | ServerFrame[]): void {
    this.#watch()
    for (const frame of Array.isArray(data) ? data : [data]) this.#take(frame)
    for (const look of this.#waiting.splice(0)) look()
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'message.event') for (const event of frame.events) this.#apply(event)
    else if (frame.type === 'message.ack') this.#acknowledge(frame.clientId, frame)
    else if (frame.type === 'error') this.#refused(frame)
    else if (frame.type === 'room.detached') this.#ws?.terminate()
    else if (frame.type === 'room.snapshot') this.#breach(`a snapshot for the near cursor ${this.#cursor.seq}`)
    else if (frame.type === 'room.live' && frame.seq !== this.#cursor.seq) {
      this.#breach(`live at ${frame.seq} behind ${this.#cursor.seq}`)
    }
  }

  #apply(event: RoomEvent): void {
    if (event.seq === this.#cursor.seq + 1) {
      this.events.push(event)
      this.#cursor = { epoch: this.#cursor.epoch, seq: event.seq }
    } else this.#breach(`event ${event.seq} behind ${this.#cursor.seq}`)
  }

  #acknowledge(clientId: string, { messageId, seq, at, duplicate }: Ack): void {
    if (!this.sent.includes(clientId)) this.#breach(`an ack for ${clientId}, which was not sent`)
    this.acks.set(clientId, [...(this.acks.get(clientId) ?? []), { messageId, seq, at, duplicate }])
    this.#outbox = this.#outbox.filter(message => message.clientId !== clientId)
    this.#ownLast = Math.max(this.#ownLast, seq)
  }

  /** Only a hello that came twice may be refused; what may be tried again is tried over a new connection. */
  #refused(frame: ServerFrame & { readonly type: 'error' }): void {
    if (frame.retryable) this.#ws?.terminate()
    else if (frame.code !== 'bad_request' || frame.clientId !== undefined) this.#breach(JSON.stringify(frame))
  }

  #breach(what: string): void {
    this.breaches.push(what)
    for (const look of this.#waiting.splice(0)) look()
  }
}
