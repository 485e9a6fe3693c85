/** A person who uses a server's HTTP calls and its socket. Knows the contract, and none of our code. */
export class Person {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  /** Somebody new, by guest sign-in. */
  static async guest(url: string, name: string): Promise<Person> {
    const response = await fetch(`${url}/api/auth/guest`, jsonPost({ name }))
    return new Person(url, ((await response.json()) as { token: string }).token)
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }

  /** Opens a room on a socket; the returned function resolves with the next message in it. */
  async listen(roomId: string): Promise<() => Promise<Message>> {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/api/socket`, [
      'holdfast.v1',
      `bearer.${this.#token}`,
    ])
    const messages: Message[] = []
    const waiting: ((message: Message) => void)[] = []
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error('unable to open a socket')))
      socket.addEventListener('open', () => {
        const client = { name: 'examples', version: '1' }
        socket.send(JSON.stringify({ type: 'session.hello', protocol: 1, client, rooms: [{ roomId }] }))
      })
      socket.addEventListener('message', ({ data }) => {
        for (const frame of [JSON.parse(String(data)) as Frame | Frame[]].flat()) {
          if (frame.type === 'room.live') resolve()
          for (const { kind, message } of frame.events ?? []) {
            if (kind === 'message.created' && message !== undefined)
              (waiting.shift() ?? (m => messages.push(m)))(message)
          }
        }
      })
    })
    return () => {
      const message = messages.shift()
      return message === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(message)
    }
  }
}

/** A message, as far as these tests read it. */
export interface Message {
  readonly id: string
  readonly senderName: string
  readonly content: string
  readonly replyTo: string | null
}

interface Frame {
  readonly type: string
  readonly events?: readonly { readonly kind: string; readonly message?: Message }[]
}

/** The options of a POST with a JSON body. */
export function jsonPost(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
