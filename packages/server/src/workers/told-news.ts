import type { RoomEvent } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'

/**
 * So much news may wait for one gateway, in bytes, roughly: many seconds of a busy store. It waits in this process's memory: one that
 * has not taken so much stands still, or will never come after.
 */
export const MAX_UNTAKEN_BYTES = 128 * 1024 * 1024
/** A gateway is asked whether it has taken what it was told each time that so many bytes more were told. */
const ASK_BYTES = 1024 * 1024

/** What one piece of news holds beside its texts, each event too, and each person that it names; roughly. */
const NEWS_BYTES = 512
const PERSON_BYTES = 64

export interface ToldNewsDeps {
  tell(message: BusMessage): void
  /** Resolves when the gateway has taken all that it was told before. Rejects when it never will. */
  taken(): Promise<void>
  /** Called once, when too much waits. Nothing is told from then on. */
  onFull(): void
}

/** The news as one gateway is told it, and how much of it waits to be taken: bounded. */
export class ToldNews {
  readonly #deps: ToldNewsDeps
  readonly #limitBytes: number
  /** Of all time. */
  #told = 0
  #taken = 0
  #isAsking = false
  #isFull = false

  constructor(deps: ToldNewsDeps, limitBytes = MAX_UNTAKEN_BYTES) {
    this.#deps = deps
    this.#limitBytes = limitBytes
  }

  tell(message: BusMessage): void {
    if (this.#isFull) return
    this.#deps.tell(message)
    this.#told += bytesOf(message)
    if (this.#told - this.#taken > this.#limitBytes) {
      this.#isFull = true
      this.#deps.onFull()
    } else this.#ask()
  }

  /** One question at a time: a gateway that stands still is not told questions without end. */
  #ask(): void {
    if (this.#isAsking || this.#told - this.#taken < ASK_BYTES) return
    this.#isAsking = true
    const upTo = this.#told
    this.#deps.taken().then(
      () => {
        this.#taken = upTo
        this.#isAsking = false
        this.#ask()
      },
      // The line has ended, and with it all of this.
      () => {},
    )
  }
}

function bytesOf(message: BusMessage): number {
  switch (message.kind) {
    case 'events':
      return message.events.reduce((bytes, event) => bytes + eventBytes(event), NEWS_BYTES)
    case 'reads':
      return NEWS_BYTES + PERSON_BYTES * (sizeOf(message.reads) + sizeOf(message.hidden))
    case 'deleted':
      return NEWS_BYTES + PERSON_BYTES * (message.members?.length ?? 0)
    default:
      return NEWS_BYTES
  }
}

/** Texts in UTF-16 take two bytes for each unit at most. */
function eventBytes(event: RoomEvent): number {
  switch (event.kind) {
    case 'message.created':
      return NEWS_BYTES + 2 * event.message.content.length + PERSON_BYTES * event.message.mentions.length
    case 'message.edited':
      return NEWS_BYTES + 2 * event.content.length
    case 'room.created':
    case 'room.updated':
      return NEWS_BYTES + 2 * JSON.stringify(event.room).length
    default:
      return NEWS_BYTES
  }
}

function sizeOf(named: Readonly<Record<string, unknown>>): number {
  return Object.keys(named).length
}
