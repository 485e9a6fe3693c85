import { connect } from 'node:net'
import { type Conversation, clientIdOf, type Dialect, NOWHERE } from './dialect.ts'

/** What an acknowledgement of the stream is sent to; the message's number follows. */
const INBOX = '_INBOX.bench.'
/** What was asked is answered with one message to the inbox: a line with the subject, and one of JSON. */
const ANSWER = /^MSG _INBOX\.bench\.asked [^\r]*\r\n([^\r]*)\r\n/m
const PING = 'PING\r\n'
const PONG = 'PONG\r\n'
const HELLO = 'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n'

/**
 * NATS by its text protocol over WebSocket, with a JetStream stream in files: a message is acknowledged when the stream has it. NATS
 * syncs its files every two minutes where it is not told otherwise (`sync_interval: always`), so what it acknowledges is durable only then.
 * Each run makes a stream of its own; afterwards the stream says how many messages it holds. They are not read back one by one.
 *
 * `url` is that of the WebSocket listener; its query may name the port of the plain one: `?plain=4222`.
 */
export function nats(url: string): Dialect {
  const { hostname, port, searchParams } = new URL(url)
  const run = `run${Date.now().toString(36)}`
  const plain = { host: hostname, port: Number(searchParams.get('plain') ?? '4222') }
  return {
    counting: 'mark',
    mostInFlight: Number.POSITIVE_INFINITY,
    prepare: async () => {
      // A stream in files over all subjects of this run.
      const config = { name: run, subjects: [`${run}.>`], storage: 'file', num_replicas: 1 }
      await ask(plain, `STREAM.CREATE.${run}`, JSON.stringify(config))
    },
    admit: async userId => ({
      upgrade: { host: hostname, port: Number(port), path: '/', headers: {} },
      converse: roomIds =>
        new NatsConversation(
          `${INBOX}${userId}.`,
          roomIds.map(id => `${run}.${id}`),
        ),
      send: ({ n, roomId, content }) => {
        const payload = `{"clientId":"${clientIdOf(n)}","content":${JSON.stringify(content)}}`
        return `PUB ${run}.${roomId} ${INBOX}${userId}.${n} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`
      },
    }),
    acks: acknowledged,
    reply: text => (text === PING ? PONG : null),
    signal: () => null,
    check: (_text, seq) => seq,
    log: null,
    kept: async () => {
      const { state } = JSON.parse(await ask(plain, `STREAM.INFO.${run}`)) as { state: { messages: number } }
      return state.messages
    },
  }
}

/** Asks JetStream's API, on a connection of its own, and gives the answer. @throws Error when it refuses. */
async function ask(plain: { readonly host: string; readonly port: number }, what: string, body = ''): Promise<string> {
  const socket = connect(plain)
  const inbox = `${INBOX}asked`
  socket.write(`${HELLO}SUB ${inbox} 1\r\nPUB $JS.API.${what} ${inbox} ${Buffer.byteLength(body)}\r\n${body}\r\n`)
  try {
    let heard = ''
    for await (const chunk of socket) {
      heard += chunk
      const answer = ANSWER.exec(heard)?.[1]
      if (heard.includes('-ERR') || heard.includes('HMSG ') || answer?.includes('"error"')) break
      if (answer !== undefined) return answer
    }
    throw new Error(`unable to go on; NATS said ${heard}`)
  } finally {
    socket.destroy()
  }
}

/** Acknowledgements are messages to the writer's inbox, a line with the subject and one with what the stream says. */
function acknowledged(text: string): readonly number[] {
  if (text.includes('"error"') || text.startsWith('-ERR')) throw new Error(`unable to go on; NATS said ${text}`)
  return [...text.matchAll(/^H?MSG _INBOX\.bench\.[\w-]+\.(\d+) /gm)].map(([, n]) => Number(n))
}

class NatsConversation implements Conversation {
  readonly #inbox: string
  readonly #subjects: readonly string[]
  isOpen = false
  readonly cursor = NOWHERE

  constructor(inbox: string, subjects: readonly string[]) {
    this.#inbox = inbox
    this.#subjects = subjects
  }

  begin(): readonly string[] {
    return []
  }

  /** It speaks first; its PONG says that all before was taken. */
  hear(text: string): readonly string[] {
    if (text.startsWith('-ERR')) throw new Error(`unable to go on; NATS said ${text}`)
    if (text.includes(PONG)) this.isOpen = true
    if (text === PING) return [PONG]
    if (!text.startsWith('INFO ')) return []
    // A reader hears its rooms, a writer what becomes of its messages.
    const subjects = this.#subjects.length > 0 ? this.#subjects : [`${this.#inbox}*`]
    return [`${HELLO}${subjects.map((subject, i) => `SUB ${subject} ${i + 1}\r\n`).join('')}${PING}`]
  }
}
