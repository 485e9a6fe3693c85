import { ByteQueue } from './byte-queue.ts'
import { ChunkedBody } from './chunked-body.ts'
import { HEAD_END, Head } from './http-head.ts'
import { type AnswerUnit, MAX_UNIT_BYTES, type RequestUnit, type Splitter, type Unit } from './unit.ts'

/** A message whose head is there: how to find its end in what has come, and what it will be as a unit. */
interface Coming {
  /** The length of the whole message, once that is known; never when it has no end. */
  readonly length: (bytes: Buffer) => number | undefined
  readonly endless: boolean
  readonly unit: (bytes: Buffer) => RequestUnit | AnswerUnit
}

/**
 * Takes one direction of an HTTP/1.1 connection apart into whole messages. Stops behind one that may change the
 * protocol (`stopped`): the connection then says whether frames follow. What cannot be judged as a whole comes in parts.
 */
export class HttpSplitter implements Splitter {
  readonly #bytes = new ByteQueue()
  readonly #read: (head: Head, headBytes: number) => Coming
  readonly #limit: number
  #coming: Coming | undefined
  /** Bytes still to come of a message over the limit; `Infinity` when nobody knows how many. */
  #long = 0
  #stopped = false

  private constructor(read: (head: Head, headBytes: number) => Coming, limit: number) {
    this.#read = read
    this.#limit = limit
  }

  /** Of what clients ask. Stops behind a request for a WebSocket. */
  static requests(limit: number = MAX_UNIT_BYTES): HttpSplitter {
    return new HttpSplitter(requestOf, limit)
  }

  /** Of what servers answer; `methodOf` is asked once an answer which request it answers. Stops behind a 101. */
  static answers(methodOf: (status: number) => string, limit: number = MAX_UNIT_BYTES): HttpSplitter {
    return new HttpSplitter((head, headBytes) => answerOf(head, headBytes, methodOf), limit)
  }

  push(chunk: Buffer): Unit[] {
    this.#bytes.push(chunk)
    return this.#units()
  }

  rest(): Buffer {
    return this.#bytes.take(this.#bytes.length)
  }

  /** The protocol did not change: goes on with what has come meanwhile. */
  resume(): Unit[] {
    this.#stopped = false
    return this.#units()
  }

  #units(): Unit[] {
    const units: Unit[] = []
    for (let unit = this.#next(); unit !== undefined; unit = this.#next()) units.push(unit)
    return units
  }

  #next(): Unit | undefined {
    if (this.#stopped) return undefined
    if (this.#long > 0) return this.#part()
    const bytes = this.#bytes.peek(this.#bytes.length)
    this.#coming ??= this.#begin(bytes)
    const length = this.#coming?.length(bytes)
    if ((length ?? bytes.length) > this.#limit) return this.#tooLong(length)
    if (this.#coming === undefined || length === undefined || bytes.length < length) return undefined
    return this.#finish(this.#coming, this.#bytes.take(length))
  }

  #begin(bytes: Buffer): Coming | undefined {
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) return undefined
    return this.#read(new Head(bytes.toString('latin1', 0, end)), end + HEAD_END.length)
  }

  #finish(coming: Coming, bytes: Buffer): Unit {
    const unit = coming.unit(bytes)
    this.#coming = undefined
    this.#stopped = unit.kind === 'request' ? unit.upgrade : unit.status === 101
    if (coming.endless) this.#long = Number.POSITIVE_INFINITY
    return unit
  }

  #tooLong(length: number | undefined): Unit | undefined {
    this.#coming = undefined
    this.#long = length ?? Number.POSITIVE_INFINITY
    return this.#part()
  }

  #part(): Unit | undefined {
    const bytes = this.#bytes.take(this.#long)
    this.#long -= bytes.length
    return bytes.length === 0 ? undefined : { kind: 'part', bytes }
  }
}

function requestOf(head: Head, headBytes: number): Coming {
  const [method = '', path = ''] = head.words
  const unit = (bytes: Buffer): RequestUnit => {
    return { kind: 'request', bytes, method, path, upgrade: head.asksForSocket }
  }
  return { ...lengthOf(head.bodyOfRequest(), headBytes), unit }
}

function answerOf(head: Head, headBytes: number, methodOf: (status: number) => string): Coming {
  const status = Number(head.words[1])
  const body = head.bodyOfAnswer(methodOf(status))
  return { ...lengthOf(body, headBytes), unit: bytes => ({ kind: 'answer', bytes, status }) }
}

/** A body without end is no part of its message's unit: the head goes first, the rest in parts. */
function lengthOf(body: ReturnType<Head['bodyOfRequest']>, headBytes: number): Omit<Coming, 'unit'> {
  switch (body.kind) {
    case 'length':
      return { length: () => headBytes + body.bytes, endless: false }
    case 'stream':
      return { length: () => headBytes, endless: true }
    case 'chunked': {
      const chunks = new ChunkedBody(headBytes)
      return { length: bytes => chunks.end(bytes), endless: false }
    }
  }
}
