import type { Conversation, Cursor, Dialect } from '../dialects/dialect.ts'
import { eachMark, seqRange } from '../dialects/marks.ts'
import { Connection, type Upgrade } from '../wire/connection.ts'

/** How closely a reader looks. */
export type Attention =
  /** Counts events, and that each frame begins where the last one ended. */
  | 'counts'
  /** Notes every message's number as well, with its time: for latencies at low rates. */
  | 'notes'
  /** Parses every frame and holds every event against the contract; keeps every message's number for the audit. */
  | 'checks'

export interface ReaderOptions {
  readonly attention: Attention
  /** Told after each frame with events. */
  readonly onProgress?: (reader: Reader) => void
  /** Told of the frames without events that a checking reader gets: signals; and of those that come while it opens. */
  readonly onOther?: (payload: Buffer) => void
  /** Told of each message that a noting or checking reader sees. */
  readonly onMessage?: (n: number) => void
  /** The connection was lost, or what came over it is wrong. */
  readonly onFailure: (error: Error) => void
}

const EVENTS = Buffer.from('"message.event"')
/** Frames that end a reading, whatever server they come from. */
const FATAL = ['"room.detached"', '"type":"error"'].map(text => Buffer.from(text))

/** A session that reads. It is open when its rooms are live; what it counts begins then. */
export class Reader {
  readonly #dialect: Dialect
  readonly #options: ReaderOptions
  readonly #connection: Connection
  readonly #conversation: Conversation
  readonly opened: Promise<void>
  #resolveOpened: () => void = () => undefined
  #isOpen = false
  /** The number of the last event; meaningful where events carry contiguous numbers. */
  seq = 0
  /** The number it had when it opened. */
  openedAt = 0
  events = 0
  frames = 0
  /** Frames without events: signals, pings in text. */
  otherFrames = 0
  /** What a checking reader saw. */
  readonly seen: number[] = []

  constructor(dialect: Dialect, upgrade: Upgrade, conversation: Conversation, options: ReaderOptions) {
    this.#dialect = dialect
    this.#options = options
    this.#conversation = conversation
    this.opened = new Promise(resolve => {
      this.#resolveOpened = resolve
    })
    const fail = (error: unknown) => options.onFailure(error instanceof Error ? error : new Error(String(error)))
    const guarded =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args) => {
        try {
          run(...args)
        } catch (error) {
          fail(error)
        }
      }
    const isWhole = () => !this.#isOpen || options.attention !== 'counts' || dialect.counting === 'mark'
    this.#connection = new Connection(upgrade, {
      get wantsWhole() {
        return isWhole()
      },
      onConnected: guarded(() => this.#say(conversation.begin())),
      onWhole: guarded(payload => this.#whole(payload)),
      onEdges: guarded((head, tail) => this.#edges(head, tail)),
      onLost: reason => fail(new Error(`unable to go on; a reader's connection was lost: ${reason}`)),
    })
  }

  /** Where it stands in its first room. */
  get place(): Cursor {
    return { epoch: this.#conversation.cursor.epoch, seq: this.seq }
  }

  get bytes(): number {
    return this.#connection.bytes
  }

  /** Says something to the server beside the conversation: a signal, for example. */
  say(text: string): void {
    this.#connection.send(text)
  }

  close(): void {
    this.#connection.close()
  }

  #say(texts: readonly string[]): void {
    for (const text of texts) this.#connection.send(text)
  }

  #whole(payload: Buffer): void {
    if (!this.#isOpen) {
      if (this.#options.attention === 'checks') this.#options.onOther?.(payload)
      this.#say(this.#conversation.hear(payload.toString()))
      if (!this.#conversation.isOpen) return
      this.#isOpen = true
      this.seq = this.#conversation.cursor.seq
      this.openedAt = this.seq
      this.#resolveOpened()
      return
    }
    if (this.#options.attention === 'checks') this.seq = this.#dialect.check(payload.toString(), this.seq)
    else if (this.#dialect.counting === 'range' && payload.indexOf(EVENTS) >= 0) this.#range(payload, payload)
    const count = eachMark(payload, this.#note)
    if (count > 0) this.#counted(count)
    else this.#other(payload)
  }

  readonly #note = (n: number): void => {
    if (this.#options.attention === 'checks') this.seen.push(n)
    this.#options.onMessage?.(n)
  }

  #edges(head: Buffer, tail: Buffer): void {
    if (head.indexOf(EVENTS) < 0) this.#other(head)
    else this.#counted(this.#range(head, tail))
  }

  /** How many events a frame holds by its edges; it has to begin where the last one ended. */
  #range(head: Buffer, tail: Buffer): number {
    const { first, last } = seqRange(head, tail)
    if (first !== this.seq + 1 || last < first) {
      throw new Error(`the audit failed: a frame with ${first} to ${last} follows ${this.seq}`)
    }
    this.seq = last
    return last - first + 1
  }

  #counted(events: number): void {
    this.events += events
    this.frames++
    this.#options.onProgress?.(this)
  }

  #other(payload: Buffer): void {
    this.otherFrames++
    if (this.#options.attention === 'checks') this.#options.onOther?.(payload)
    if (FATAL.some(fatal => payload.indexOf(fatal) >= 0)) {
      throw new Error(`unable to go on; a reader was told ${payload.toString().slice(0, 300)}`)
    }
    const reply = this.#dialect.reply(payload.toString())
    if (reply !== null) this.#connection.send(reply)
  }
}
