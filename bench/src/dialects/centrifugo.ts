import { type Conversation, clientIdOf, type Dialect, NOWHERE } from './dialect.ts'

/** An empty command is a ping, and is answered with one. */
const PING = '{}'

/** What a reply may hold; a frame has one or more, each on a line. */
interface Reply {
  readonly id?: number
  readonly error?: { readonly code: number; readonly message: string }
  readonly connect?: object
  readonly subscribe?: object
  readonly publish?: object
}

/** Command numbers of a connection: its connect, then a subscription each, then the messages. */
const CONNECT = 1
const FIRST_ROOM = 2
const FIRST_MESSAGE = 1_000_000

/**
 * Centrifugo by its bidirectional JSON protocol. It is started by hand, so it is not fresh: rooms get names that nobody has used. What
 * a room keeps is bounded by its own options, so its history is not audited.
 */
export function centrifugo(url: string): Dialect {
  const { hostname, port, pathname } = new URL(url)
  const run = `run${Date.now().toString(36)}`
  return {
    counting: 'mark',
    mostInFlight: Number.POSITIVE_INFINITY,
    prepare: async () => undefined,
    admit: async () => ({
      upgrade: {
        host: hostname,
        port: Number(port),
        path: pathname === '/' ? '/connection/websocket' : pathname,
        headers: {},
      },
      converse: roomIds => new CentrifugoConversation(roomIds.map(id => `${run}-${id}`)),
      send: ({ n, roomId, content }) => {
        const data = `{"clientId":"${clientIdOf(n)}","content":${JSON.stringify(content)}}`
        return `{"id":${n + FIRST_MESSAGE},"publish":{"channel":"${run}-${roomId}","data":${data}}}`
      },
    }),
    acks: text => repliesOf(text).flatMap(({ id = 0 }) => (id >= FIRST_MESSAGE ? [id - FIRST_MESSAGE] : [])),
    reply: text => (text === PING ? PING : null),
    signal: () => null,
    check: (_text, seq) => seq,
    log: null,
    kept: null,
  }
}

function repliesOf(text: string): readonly Reply[] {
  const replies = text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Reply]))
  const refused = replies.find(({ error }) => error !== undefined)
  if (refused !== undefined) throw new Error(`unable to go on; Centrifugo said ${JSON.stringify(refused.error)}`)
  return replies
}

class CentrifugoConversation implements Conversation {
  readonly #channels: readonly string[]
  #awaited: number
  #isConnected = false
  readonly cursor = NOWHERE

  constructor(channels: readonly string[]) {
    this.#channels = channels
    this.#awaited = channels.length
  }

  get isOpen(): boolean {
    return this.#isConnected && this.#awaited === 0
  }

  begin(): readonly string[] {
    return [`{"id":${CONNECT},"connect":{}}`]
  }

  hear(text: string): readonly string[] {
    if (text === PING) return [PING]
    const say: string[] = []
    for (const { connect, subscribe } of repliesOf(text)) {
      if (subscribe !== undefined) this.#awaited--
      if (connect === undefined) continue
      this.#isConnected = true
      say.push(...this.#channels.map((channel, i) => `{"id":${FIRST_ROOM + i},"subscribe":{"channel":"${channel}"}}`))
    }
    return say
  }
}
