import { once } from 'node:events'
import { connect } from 'node:net'
import { type Conversation, clientIdOf, type Dialect, NOWHERE } from './dialect.ts'

/** What an acknowledgement of the stream is sent to; the message's number follows. */
const INBOX = '_INBOX.bench.'
const PING = 'PING\r\n'
const PONG = 'PONG\r\n'
const HELLO = 'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n'

/**
 * NATS by its text protocol over WebSocket, with a JetStream stream in files: a message is acknowledged when the stream has it. NATS
 * syncs its files every two minutes where it is not told otherwise (`sync_interval: always`), so what it acknowledges is durable only then.
 * It is started by hand; each run makes a stream of its own.
 *
 * `url` is that of the WebSocket listener; its query may name the port of the plain one: `?plain=4222`.
 */
export function nats(url: string): Dialect {
  const { hostname, port, searchParams } = new URL(url)
  const run = `run${Date.now().toString(36)}`
  return {
    counting: 'mark',
    mostInFlight: Number.POSITIVE_INFINITY,
    prepare: () => makeStream(hostname, Number(searchParams.get('plain') ?? '4222'), run),
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
  }
}

/** A stream in files over all subjects of this run. */
async function makeStream(host: string, port: number, run: string): Promise<void> {
  const config = JSON.stringify({ name: run, subjects: [`${run}.>`], storage: 'file', num_replicas: 1 })
  const socket = connect(port, host)
  const answer = `${INBOX}made`
  socket.write(
    `${HELLO}SUB ${answer} 1\r\nPUB $JS.API.STREAM.CREATE.${run} ${answer} ${config.length}\r\n${config}\r\n`,
  )
  let heard = ''
  while (!heard.includes(`MSG ${answer}`)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    heard += chunk.toString()
  }
  socket.destroy()
  if (heard.includes('"error"')) throw new Error(`unable to go on; NATS said ${heard}`)
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
