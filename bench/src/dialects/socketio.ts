import { type Conversation, clientIdOf, type Dialect, IN_FLIGHT_UNSHARED, NOWHERE, numberOf } from './dialect.ts'
import { api, tokenFor } from './http-api.ts'

/** Engine.IO's packets, version 4, and Socket.IO's inside of its messages, version 5. */
const OPEN = '0{'
const PING = '2'
const PONG = '3'
const CONNECT = '40'
const EVENT = '42'
const ACK = '43'
const CONNECT_ERROR = '44'
/** The acknowledgement of joining; those of messages follow, so that no number is used twice. */
const JOIN = 0
const FIRST_MESSAGE = 1

/** The Socket.IO peer: `join` and `send` with an acknowledgement each, `message` to everybody in the room. */
export function socketio(url: string): Dialect {
  const { hostname, port } = new URL(url)
  return {
    counting: 'mark',
    mostInFlight: IN_FLIGHT_UNSHARED,
    prepare: async () => undefined,
    admit: async userId => {
      const token = await tokenFor(userId)
      return {
        upgrade: { host: hostname, port: Number(port), path: '/socket.io/?EIO=4&transport=websocket', headers: {} },
        converse: roomIds => new SocketioConversation(token, roomIds),
        send: ({ n, roomId, content }) =>
          `${EVENT}${n + FIRST_MESSAGE}["send",{"roomId":"${roomId}","clientId":"${clientIdOf(n)}","content":${JSON.stringify(content)}}]`,
      }
    },
    acks: acknowledged,
    reply: text => (text === PING ? PONG : null),
    signal: () => null,
    check: (_text, seq) => seq,
    log: async roomId => {
      const { clientIds } = await api<{ clientIds: string[] }>(url, '', 'GET', `/rooms/${roomId}/log`)
      return clientIds.map(numberOf)
    },
    kept: null,
  }
}

function acknowledged(text: string): readonly number[] {
  if (!text.startsWith(ACK)) return []
  const begin = text.indexOf('[')
  const [answer] = JSON.parse(text.slice(begin)) as [{ ok: boolean; error?: string }]
  if (!answer.ok) throw new Error(`unable to go on; ${answer.error}`)
  return [Number(text.slice(ACK.length, begin)) - FIRST_MESSAGE]
}

class SocketioConversation implements Conversation {
  readonly #token: string
  readonly #roomIds: readonly string[]
  #isConnected = false
  #isJoined = false
  readonly cursor = NOWHERE

  constructor(token: string, roomIds: readonly string[]) {
    this.#token = token
    this.#roomIds = roomIds
  }

  get isOpen(): boolean {
    return this.#isConnected && (this.#isJoined || this.#roomIds.length === 0)
  }

  begin(): readonly string[] {
    return []
  }

  hear(text: string): readonly string[] {
    if (text.startsWith(CONNECT_ERROR)) throw new Error(`unable to go on; ${text}`)
    if (text === PING) return [PONG]
    if (text.startsWith(OPEN)) return [`${CONNECT}{"token":"${this.#token}"}`]
    if (text.startsWith(CONNECT)) {
      this.#isConnected = true
      return this.#roomIds.length === 0 ? [] : [`${EVENT}${JOIN}${JSON.stringify(['join', this.#roomIds])}`]
    }
    if (text.startsWith(`${ACK}${JOIN}[`)) this.#isJoined = true
    return []
  }
}
