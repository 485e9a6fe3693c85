/** The blank line that ends a head. */
export const HEAD_END = '\r\n\r\n'

/** How the end of a message's body is found (RFC 9112 §6.3). `stream` has none that a client should wait for. */
export type Body =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'stream' }

const NO_BODY: Body = { kind: 'length', bytes: 0 }

/** The head of a request or of an answer, its first line taken apart. */
export class Head {
  /** The three words of the first line: of a request method, path and version, of an answer version, status and reason. */
  readonly words: readonly string[]
  readonly #fields: ReadonlyMap<string, string>

  /** @param text the head, without the blank line behind it or with it */
  constructor(text: string) {
    const [first = '', ...lines] = text.split('\r\n')
    this.words = first.split(' ')
    this.#fields = new Map(lines.map(fieldOf))
  }

  /** The value of a field, `name` in small letters; empty when it is not there. */
  field(name: string): string {
    return this.#fields.get(name) ?? ''
  }

  /** Whether this request asks for a WebSocket. */
  get asksForSocket(): boolean {
    return this.field('upgrade').toLowerCase() === 'websocket'
  }

  /** The body of this request. */
  bodyOfRequest(): Body {
    return this.#sized() ?? NO_BODY
  }

  /** The body of this answer to a request of that method. */
  bodyOfAnswer(method: string): Body {
    const status = Number(this.words[1])
    if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY
    if (this.field('content-type').startsWith('text/event-stream')) return { kind: 'stream' }
    return this.#sized() ?? { kind: 'stream' }
  }

  #sized(): Body | undefined {
    if (this.field('transfer-encoding').toLowerCase().endsWith('chunked')) return { kind: 'chunked' }
    const length = this.field('content-length')
    if (length === '') return undefined
    return /^\d+$/.test(length) ? { kind: 'length', bytes: Number(length) } : { kind: 'stream' }
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()]
}

/** An upgrade that offers no extension: compressed frames could be neither read nor sent twice. */
export function withoutExtensions(head: Buffer): Buffer {
  const lines = head.toString('latin1').split('\r\n')
  const kept = lines.filter(line => fieldOf(line)[0] !== 'sec-websocket-extensions')
  return Buffer.from(kept.join('\r\n'), 'latin1')
}
