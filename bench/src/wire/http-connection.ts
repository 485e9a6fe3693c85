import { connect, type Socket } from 'node:net'

/** An answer to a request. */
export interface Answer {
  readonly status: number
  readonly bodyBytes: number
  /** Null where only its length was wanted. */
  readonly body: Buffer | null
}

/** One read of a socket at most. All sockets read into the same bytes: what is kept of them is copied. */
const READ_BYTES = 256 * 1_024
const SHARED = Buffer.allocUnsafeSlow(READ_BYTES)
const HEAD_ENDS = '\r\n\r\n'
/** A head that is longer is none. */
const MAX_HEAD_BYTES = 16_384

/**
 * An HTTP/1.1 client on a bare TCP socket that is kept open, so that the generator spends as little as possible on each answer: of its body it counts the
 * bytes, unless it is wanted. One request at a time. It measures servers that are known to tell how long an answer is.
 */
export class HttpConnection {
  readonly #socket: Socket
  readonly #headers: string
  #head: Buffer = Buffer.alloc(0)
  /** What is still to come of the body of the answer; null: its head is. */
  #missing: number | null = null
  #status = 0
  #bodyBytes = 0
  #body: Buffer[] | null = null
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null

  /** `headers` go with every request. */
  constructor(host: string, port: number, headers: Readonly<Record<string, string>>) {
    const lines = Object.entries({ Host: `${host}:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`)
    this.#headers = lines.join('\r\n')
    const onread = { buffer: SHARED, callback: (length: number) => this.#take(SHARED.subarray(0, length)) }
    this.#socket = connect({ host, port, noDelay: true, onread })
    this.#socket.on('error', error => this.#lost(error.message))
    this.#socket.on('close', () => this.#lost('the server ended it'))
  }

  /** Rejects when the connection is lost, or the answer is not one whose length is told. */
  get(path: string, wantsBody: boolean): Promise<Answer> {
    this.#body = wantsBody ? [] : null
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(`GET ${path} HTTP/1.1\r\n${this.#headers}${HEAD_ENDS}`)
    })
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #take(chunk: Buffer): boolean {
    if (this.#missing !== null) this.#bodyPart(chunk)
    else this.#headPart(Buffer.concat([this.#head, chunk]))
    return true
  }

  #headPart(head: Buffer): void {
    this.#head = head
    const end = head.indexOf(HEAD_ENDS)
    if (end < 0 && head.length < MAX_HEAD_BYTES) return
    const text = head.subarray(0, Math.max(end, 0)).toString('latin1')
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
    if (status === undefined || length === undefined) {
      this.#lost('an answer does not tell its length')
      return
    }
    this.#head = Buffer.alloc(0)
    this.#status = Number(status)
    this.#bodyBytes = Number(length)
    this.#missing = this.#bodyBytes
    this.#bodyPart(head.subarray(end + HEAD_ENDS.length))
  }

  #bodyPart(part: Buffer): void {
    this.#body?.push(Buffer.from(part))
    this.#missing = (this.#missing ?? 0) - part.length
    if (this.#missing < 0) this.#lost('an answer is longer than it tells')
    if (this.#missing !== 0) return
    this.#missing = null
    const waiting = this.#waiting
    this.#waiting = null
    const body = this.#body === null ? null : Buffer.concat(this.#body)
    waiting?.resolve({ status: this.#status, bodyBytes: this.#bodyBytes, body })
  }

  #lost(reason: string): void {
    const waiting = this.#waiting
    this.close()
    waiting?.reject(new Error(`unable to go on; a connection was lost: ${reason}`))
  }
}
