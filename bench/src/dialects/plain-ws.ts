import { type Conversation, clientIdOf, type Dialect, IN_FLIGHT_UNSHARED, NOWHERE } from './dialect.ts'

/** The peer without a store: JSON over plain WebSockets. */
export function plainWs(url: string): Dialect {
  const { hostname, port } = new URL(url)
  return {
    counting: 'mark',
    mostInFlight: IN_FLIGHT_UNSHARED,
    prepare: async () => undefined,
    admit: async userId => ({
      upgrade: { host: hostname, port: Number(port), path: `/?user=${userId}`, headers: {} },
      converse: roomIds => new PlainConversation(roomIds),
      send: ({ n, roomId, content }) =>
        `{"type":"send","n":${n},"roomId":"${roomId}","clientId":"${clientIdOf(n)}","content":${JSON.stringify(content)}}`,
    }),
    acks: text => {
      const frame = JSON.parse(text) as { type: string; n: number }
      return frame.type === 'ack' ? [frame.n] : []
    },
    reply: () => null,
    signal: () => null,
    check: (_text, seq) => seq,
    log: null,
    kept: null,
  }
}

class PlainConversation implements Conversation {
  readonly #roomIds: readonly string[]
  isOpen = false
  readonly cursor = NOWHERE

  constructor(roomIds: readonly string[]) {
    this.#roomIds = roomIds
    this.isOpen = roomIds.length === 0
  }

  begin(): readonly string[] {
    return this.#roomIds.length === 0 ? [] : [JSON.stringify({ type: 'join', rooms: this.#roomIds })]
  }

  hear(text: string): readonly string[] {
    if ((JSON.parse(text) as { type: string }).type === 'joined') this.isOpen = true
    return []
  }
}
